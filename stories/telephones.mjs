// Real telephones: the program's own, and SIPp's.

import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { begin, root, start } from "./processes.mjs";
import { alsoSwept, calling, callingFrom, newCaller } from "./sweep.mjs";

/** What SIPp reads to give each call a number of its own (field 0); whoever sweeps knows them. */
export function numbersOf(numbers) {
  const file = join(mkdtempSync(join(tmpdir(), "vigie-numbers-")), "numbers.csv");
  writeFileSync(file, ["SEQUENTIAL", ...numbers].join("\n") + "\n");
  numbers.forEach(calling);
  return ["-inf", file];
}

/** A telephone outside that is called: SIPp, which sends back what it hears and presses a key. */
export class CalledPhone {
  constructor(scenario = "called") {
    this.port = 20_000 + Math.floor(Math.random() * 20_000) * 2;
    const file = join(root, "stories", "sipp", `${scenario}.xml`);
    const folder = mkdtempSync(join(tmpdir(), "vigie-called-"));
    this.log = join(folder, "told.log");
    // What the service tells those it calls is no place for the number of who calls.
    const messages = join(folder, "messages.log");
    alsoSwept(`what a telephone was told (${messages})`, () => (existsSync(messages) ? readFileSync(messages) : ""));
    const options = ["-sf", file, "-i", "127.0.0.1", "-p", `${this.port}`, "-mp", `${this.port + 2}`, "-rtp_echo", "-nostdin",
      "-trace_logs", "-log_file", this.log, "-trace_msg", "-message_file", messages];
    this.process = start("sipp", options, { cwd: folder, stdio: "ignore" });
  }

  get address() {
    return `127.0.0.1:${this.port}`;
  }

  /** What the scenario has noted so far, a line each. */
  told() {
    return existsSync(this.log) ? readFileSync(this.log, "latin1").split("\n").filter(Boolean) : [];
  }

  close() {
    this.process.kill("SIGKILL");
  }
}

/** Telephones that call one after the other, each with a number of its own, and wait for their turn: SIPp's. */
export class WaitingPhones {
  constructor(house, line, numbers, rate = 10) {
    this.folder = mkdtempSync(join(tmpdir(), "vigie-waiting-"));
    this.log = join(this.folder, "turns.log");
    const options = [
      house.sip, "-sf", join(root, "stories", "sipp", "waiting.xml"), ...numbersOf(numbers), "-s", line, "-i", "127.0.0.1",
      "-m", `${numbers.length}`, "-r", `${rate}`, "-trace_logs", "-log_file", this.log, "-nostdin",
    ];
    this.process = start("sipp", options, { cwd: this.folder, stdio: "ignore" });
    this.seen = new Map();
  }

  /** The numbers whose turn it was, with when that was first seen. */
  turns() {
    const text = existsSync(this.log) ? readFileSync(this.log, "latin1") : "";
    for (const [, number] of text.matchAll(/turn of (\d+)/g)) {
      if (!this.seen.has(number)) this.seen.set(number, performance.now());
    }
    return [...this.seen].map(([number, at]) => ({ number, at }));
  }

  close() {
    this.process.kill("SIGKILL");
  }
}

/** Telephones that call, are answered, stay and hang up by themselves: SIPp's. `gone` gives 0 if none of them was cut. */
export class StayingPhones {
  constructor(service, line, many, { stay = 12_000, rate = 25 } = {}) {
    this.folder = mkdtempSync(join(tmpdir(), "vigie-staying-"));
    const numbers = Array.from({ length: many }, (_, index) => `0639983${String(index).padStart(3, "0")}`);
    this.log = join(this.folder, "answered.log");
    const options = [
      service.sip, "-sf", join(root, "stories", "sipp", "stays.xml"), ...numbersOf(numbers), "-s", line, "-i", "127.0.0.1", "-d", `${stay}`,
      "-m", `${many}`, "-r", `${rate}`, "-trace_logs", "-log_file", this.log, "-nostdin",
    ];
    this.process = start("sipp", options, { cwd: this.folder, stdio: "ignore" });
    this.gone = new Promise((tell) => this.process.once("exit", tell));
  }

  /** How many have been answered. */
  answered() {
    return existsSync(this.log) ? readFileSync(this.log, "latin1").split("answered ").length - 1 : 0;
  }
}

/** How a telephone shows its number: in every place where providers write it. */
function shown(number) {
  const asserted = `P-Asserted-Identity: <sip:+33${number.slice(1)}@trunk.example>`;
  return ["--from", `sip:${number}@trunk.example`, "--contact", number, "--call-id", number, "--header", asserted];
}

/** A telephone: the program's own, over real SIP and RTP. It calls from a number of its own, unless `more` says from which. */
export class Phone {
  constructor(house, { number = house.number, tone = 440, expect = [1000], more = [] } = {}) {
    const options = ["rehearse", "phone", "--to", house.sip, "--number", number];
    if (tone) options.push("--tone", `${tone}`);
    for (const hertz of expect) options.push("--expect", `${hertz}`);
    const given = (option) => (more.includes(option) ? more[more.indexOf(option) + 1] : null);
    if (given("--from")) {
      calling(given("--from"));
    } else {
      this.caller = newCaller();
      options.push(...shown(this.caller));
    }
    if (given("--bind")) callingFrom(given("--bind").replace(/:\d+$/, ""));
    this.events = [];
    this.waiting = [];
    this.placed = performance.now();
    this.process = begin([...options, ...more], {}, house.place);
    this.gone = new Promise((tell) => this.process.once("exit", tell));
    createInterface({ input: this.process.stdout }).on("line", (line) => {
      const event = { ...JSON.parse(line), at: performance.now() };
      this.events.push(event);
      for (const look of [...this.waiting]) look();
    });
  }

  /** The first event of a kind, from the events after `after`. */
  hears(kind, { within = 15_000, after = 0, where = () => true } = {}) {
    const find = () => this.events.slice(after).find((event) => event.event === kind && where(event));
    return new Promise((tell, fail) => {
      const look = () => {
        const found = find();
        if (!found) return;
        clearTimeout(timer);
        this.waiting.splice(this.waiting.indexOf(look), 1);
        tell(found);
      };
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(look), 1);
        fail(new Error(`the telephone did not tell '${kind}' within ${within} ms; it told ${JSON.stringify(this.events)}`));
      }, within);
      this.waiting.push(look);
      look();
    });
  }

  press(key) {
    this.process.stdin.write(`${key}\n`);
  }

  hangUp() {
    this.process.stdin.write("hangup\n");
    return performance.now();
  }
}
