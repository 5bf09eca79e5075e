// A trunk dies while calls come at a steady rate: its gateway says nothing any more, and nobody says why. Those who are called
// from then on are called over the second trunk; every caller reaches a human, also the one who was talking over the dead trunk.

import assert from "node:assert/strict";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import * as trial from "./house.mjs";
import * as networks from "./networks.mjs";
import { begin, sleep } from "./processes.mjs";
import { newCallers } from "./sweep.mjs";

const skip = networks.whyNot() ?? false;
const [FIRST, SECOND] = ["127.0.0.2", "127.0.0.3"];
/** A line that rings until a human answers. */
const NUMBER = "0199000807";
/** Calls a second, and how long a caller talks. */
const [RATE, TALK] = [5, 3];
/** How long an INVITE waits for any answer before the next trunk is tried. */
const SILENCE = 5_000;

let place, service, first, second;

/** Telephones of people on call, behind one gateway. */
class Gateway {
  static async open(address) {
    const gateway = new Gateway();
    gateway.process = begin(["rehearse", "telephones", "--listen", `${address}:5080`, "--json"], {}, place);
    gateway.lines = createInterface({ input: gateway.process.stdout });
    await new Promise((tell) => gateway.lines.once("line", tell));
    return gateway;
  }

  /** Ends it; how many calls it answered. */
  async end() {
    const told = new Promise((tell) => this.lines.once("line", tell));
    this.process.kill("SIGTERM");
    return JSON.parse(await told).answered;
  }
}

/** Callers at the steady rate for some seconds, and what became of them once the last has hung up. */
async function callers(during) {
  const first = newCallers(RATE * during);
  const options = ["rehearse", "calls", "--to", service.sip, "--number", NUMBER, "--rate", `${RATE}`, "--duration", `${during}s`, "--talk", `${TALK}s`, "--caller", first, "--json"];
  const process = begin(options, {}, place);
  let text = "";
  process.stdout.on("data", (bytes) => (text += bytes));
  await new Promise((tell) => process.once("close", tell));
  return JSON.parse(text);
}

const served = (what, table) => {
  assert.equal(table.connected, table.placed, `${what}: of ${table.placed} callers ${table.connected} reached a human; ${JSON.stringify(table)}`);
  return `${what}: ${table.connected} of ${table.placed} callers reached a human, after ${Math.round(table.to_voice.p50_ms)} ms (median), ${Math.round(table.to_voice.p99_ms)} ms (p99)`;
};

/** How long ago something was. */
const seconds = (moment) => (Math.round((performance.now() - moment) / 100) / 10).toFixed(1);

/** Whether the first trunk is up, as it is told to whoever watches. */
const firstIs = async (up) => (await (await fetch(service.url("/metrics"))).text()).includes(`vigie_trunk_up{trunk="2"} ${up ? 1 : 0}`);

before(async () => {
  if (skip) return;
  await networks.open();
  place = await networks.Place.open("d", 1);
  [first, second] = [await Gateway.open(FIRST), await Gateway.open(SECOND)];
  // The demonstration brings the people on call; the service that is tried has their record, and two trunks.
  const people = await trial.House.open({ more: ["--telephones", "90", "--outgoing", `${FIRST}:5080`] });
  await people.close();
  const trunk = (name, address) => `[[trunk]]\nname = "${name}"\npeers = ["${address}"]\ngateway = "${address}:5080"\n`;
  const trunks = `${trunk("Opérateur A", FIRST)}${trunk("Opérateur B", SECOND)}[outgoing]\ncalls_an_hour = 5000\n`;
  service = await trial.Service.open({ data: people.data, place, trunks, peers: ["127.0.0.1"] });
});
after(() => service?.kill());

test("a trunk dies in mid-load, and calls move to the second; it comes back, and is preferred again", { skip }, async (context) => {
  await trial.until("the first trunk is up", () => firstIs(true), 15_000);
  const talking = new trial.Phone({ sip: service.sip, place, number: NUMBER }, { more: ["--silence", "1s"] });
  await talking.hears("tone");
  const usual = await callers(4);
  context.diagnostic(served("over the first trunk", usual));

  // Who is being called in the very moment may have been answered already: they are found out later, and counted apart.
  const caught = callers(4);
  await sleep(2_000);
  const before = talking.events.length;
  for (const way of ["-s", "-d"]) await place.inside("iptables", "-I", "INPUT", way, FIRST, "-j", "DROP");
  const died = performance.now();
  await sleep(2_000);
  const dark = callers(22);
  await trial.until("the first trunk is known to be down", () => firstIs(false), 30_000 - (performance.now() - died));
  const down = performance.now();
  context.diagnostic(`known to be down ${seconds(died)} s after it fell silent`);
  const known = await callers(5);
  context.diagnostic(served("once it was known to be down", known));
  assert.ok(known.to_voice.p99_ms < usual.to_voice.p99_ms + 1_500, "nobody waits for a trunk that is known to be down");
  const waited = await dark;
  context.diagnostic(served("before that", waited));
  assert.ok(waited.to_voice.p99_ms < usual.to_voice.p99_ms + SILENCE + 1_500, "a call waits for the dead trunk once, and no longer");
  assert.ok(waited.to_voice.p50_ms > SILENCE, "the trunk was dead while they came");

  // Nobody says that the talk over the dead trunk is over: it is found out, and another human answers.
  await talking.hears("tone", { after: before, within: 75_000 });
  context.diagnostic(`who was talking over it talked to another human after ${seconds(died)} s`);
  context.diagnostic(served("in the seconds in which it died", await caught));
  assert.ok(performance.now() - died < 40_000, "twenty seconds of silence, a question, and a trunk that is known to be down");
  assert.equal(talking.events.some((event) => event.event === "hung_up"), false, JSON.stringify(talking.events));
  talking.hangUp();
  await talking.gone;
  const byFirst = await first.end();
  assert.ok(byFirst > usual.placed, `${byFirst} calls`);

  // INVITEs that were given up are still repeated for 32 s (RFC 3261 section 17.1.1.2): whoever answers one is hung up on at once,
  // and would be counted here.
  await sleep(33_000 - (performance.now() - down));
  first = await Gateway.open(FIRST);
  await place.inside("iptables", "-F");
  const back = performance.now();
  await trial.until("the first trunk is up again", () => firstIs(true), 20_000);
  context.diagnostic(`known to be back after ${seconds(back)} s`);
  const again = await callers(3);
  context.diagnostic(served("over the first trunk once more", again));
  assert.equal(await first.end(), again.placed, "all of them over the first");
  context.diagnostic(`the second trunk carried ${await second.end()} calls`);

  // No call is left behind: it stops as soon as it is told to.
  service.process.kill("SIGTERM");
  assert.equal(await Promise.race([service.gone, sleep(10_000)]), 0);
  assert.match(await service.replay(), / 0 differences$/m);
});
