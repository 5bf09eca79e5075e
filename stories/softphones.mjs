// Telephones that other people made: baresip and linphone, driven without a screen or a sound card. Each says a tone from a
// file and writes what it hears to another.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { start, until } from "./processes.mjs";
import { alsoSwept, newCaller } from "./sweep.mjs";
import { waveOfTone } from "./waves.mjs";

/** Ports below those that the machine gives out by itself and above those of the demonstration's sound. */
const somePort = () => 30_000 + Math.floor(Math.random() * 270) * 10;

/** What both kinds have: a folder, a place on the network, a number, and a tone to say. */
class Softphone {
  constructor(kind, tone, answers) {
    this.folder = mkdtempSync(join(tmpdir(), `vigie-${kind}-`));
    this.port = somePort();
    // One that answers by itself is somebody's on call, whose number the service keeps. It must not be told who calls.
    this.number = answers === "auto" ? "0199000877" : newCaller();
    if (answers === "auto") alsoSwept(`what ${kind} was told`, () => this.log + this.written());
    this.voice = join(this.folder, "voice.wav");
    this.log = "";
    writeFileSync(this.voice, waveOfTone(tone, 8_000, 120));
  }

  get address() {
    return `127.0.0.1:${this.port}`;
  }

  /** Starts the program and keeps what it prints. */
  begin(command, options) {
    const home = { ...process.env, HOME: this.folder, LC_ALL: "C" };
    this.process = start(command, options, { cwd: this.folder, env: home, stdio: ["pipe", "pipe", "pipe"] });
    for (const stream of [this.process.stdout, this.process.stderr]) stream.on("data", (bytes) => (this.log += bytes));
    this.gone = new Promise((tell) => this.process.once("exit", tell));
  }

  /** Waits until the program has printed something after `from`. */
  says(what, { from = 0, within = 15_000 } = {}) {
    return until(`${what} from the telephone`, () => this.log.slice(from).match(what), within).catch((fault) => {
      throw new Error(`${fault.message}; it said ${this.log.slice(-2_000)}`);
    });
  }

  /** The last seconds of what it has heard in the call so far, as numbers from -1 to 1. */
  heard(seconds = 0.5) {
    const file = this.heardFile();
    if (!file || !existsSync(file)) return [];
    const bytes = readFileSync(file);
    const all = Math.max(0, Math.floor((bytes.length - 44) / 2));
    const length = Math.min(all, Math.round(8_000 * seconds));
    return Array.from({ length }, (_, index) => bytes.readInt16LE(44 + (all - length + index) * 2) / 32_768);
  }

  /** What it has written down of what came and went, beside what it printed. */
  written() {
    return "";
  }

  async close() {
    this.process.kill("SIGTERM");
    await this.gone;
  }
}

/** baresip, told what to do over a local connection: netstrings of JSON. */
export class Baresip extends Softphone {
  static async open({ tone = 440, answers = "manual", encrypts = false } = {}) {
    const phone = new Baresip("baresip", tone, answers);
    mkdirSync(join(phone.folder, "heard"));
    const settings = [
      `sip_listen ${phone.address}`, `ctrl_tcp_listen 127.0.0.1:${phone.port + 2}`, `rtp_ports ${phone.port + 4}-${phone.port + 9}`,
      "net_interface 127.0.0.1", "module_path /usr/lib/baresip/modules", "module g711.so", "module aufile.so", "module aubridge.so",
      "module srtp.so", "module sndfile.so", "module_app account.so", "module_app menu.so", "module_app ctrl_tcp.so",
      `audio_source aufile,${phone.voice}`, "audio_player aubridge,nobody", `snd_path ${join(phone.folder, "heard")}`,
      "statmode_default off",
    ];
    writeFileSync(join(phone.folder, "config"), `${settings.join("\n")}\n`);
    writeFileSync(join(phone.folder, "accounts"), `<sip:${phone.number}@${phone.address}>;regint=0;answermode=${answers}${encrypts ? ";mediaenc=srtp-mand" : ""}\n`);
    writeFileSync(join(phone.folder, "contacts"), "");
    phone.begin("baresip", ["-f", phone.folder]);
    await phone.says(/baresip is ready/);
    phone.control = connect(phone.port + 2, "127.0.0.1");
    phone.told = "";
    phone.control.on("data", (bytes) => (phone.told += bytes));
    phone.control.on("error", () => {});
    return phone;
  }

  command(command, params) {
    const text = JSON.stringify({ command, params });
    this.control.write(`${Buffer.byteLength(text)}:${text},`);
  }

  call(house, number = house.number) {
    this.command("dial", `sip:${number}@${house.sip}`);
    return this.says(/Call established/);
  }

  async press(key) {
    this.command("sndcode", key);
    await this.says(new RegExp(`send DTMF digit end: '${key}'`));
  }

  hold() {
    this.command("hold");
  }

  resume() {
    this.command("resume");
  }

  /** Waits until the other side's report came over RTCP: it has sent sound, and lost none of ours. */
  reported() {
    return until("a report over RTCP", () => {
      const found = [...this.told.matchAll(/"rtcp_stats":\{"tx":(\{[^}]*\}),"rx":(\{[^}]*\})/g)].map((texts) => texts.slice(1).map((text) => JSON.parse(text)));
      return found.some(([ours, theirs]) => ours.sent > 0 && ours.lost === 0 && theirs.sent > 0);
    });
  }

  /** Waits until its sound is encrypted both ways. */
  isEncrypted() {
    return this.says(/SRTP is Enabled/);
  }

  /** Waits until it speaks A-law. */
  speaks() {
    return this.says(/Set audio encoder: PCMA 8000Hz/);
  }

  hangUp() {
    this.command("hangup");
  }

  ended(from = 0) {
    return this.says(/terminated \(duration|session closed/, { from });
  }

  heardFile() {
    const folder = join(this.folder, "heard");
    const last = readdirSync(folder).filter((name) => name.endsWith("-dec.wav")).sort().at(-1);
    return last && join(folder, last);
  }
}

/** linphone's console program, told what to do as people type it. */
export class Linphone extends Softphone {
  static async open({ tone = 440, answers = "manual", encrypts = false } = {}) {
    const phone = new Linphone("linphone", tone, answers);
    // Without its folders it cannot open its database, and placed no call.
    for (const folder of [".local/share/linphone", ".config/linphone"]) mkdirSync(join(phone.folder, folder), { recursive: true });
    const settings = [
      "[sip]", `sip_port=${phone.port}`, "sip_tcp_port=0", "sip_tls_port=0", "bind_address=127.0.0.1", "guess_hostname=0",
      "use_rfc2833=1", "use_info=0", "register_only_when_network_is_up=0", `contact=sip:${phone.number}@127.0.0.1`, ...(encrypts ? ["media_encryption=srtp", "media_encryption_mandatory=1"] : []), "[rtp]", "bind_address=127.0.0.1", `audio_rtp_port=${phone.port + 2}`, "[video]",
      "enabled=0", "[sound]", "echocancellation=0",
    ];
    writeFileSync(join(phone.folder, "rc"), `${settings.join("\n")}\n`);
    phone.begin("linphonec", ["-d", "6", "-l", join(phone.folder, "wire.log"), "-c", join(phone.folder, "rc"), ...(answers === "auto" ? ["-a"] : [])]);
    await phone.says(/linphonec> /);
    // Else it names an address of another network card in its offer than the one it sends from.
    for (const line of ["ipv6 disable", "nat 127.0.0.1", "firewall nat"]) phone.type(line);
    phone.type("soundcard use files");
    phone.type(`play ${phone.voice}`);
    phone.type(`record ${phone.heardFile()}`);
    await phone.says(/Using wav files/);
    return phone;
  }

  type(line) {
    this.process.stdin.write(`${line}\n`);
  }

  call(house, number = house.number) {
    this.type(`call sip:${number}@${house.sip}`);
    return this.says(/Media streams established/);
  }

  async press(key) {
    this.type(key);
  }

  hold() {
    this.type("pause");
  }

  resume() {
    this.type("resume");
  }

  /** Waits until something is in its own record of what it sent, received and did. */
  wrote(what, from = 0) {
    return until(`${what} in linphone's record`, () => this.written().slice(from).match(what));
  }

  written() {
    const file = join(this.folder, "wire.log");
    return existsSync(file) ? readFileSync(file, "latin1") : "";
  }

  reported() {
    return this.wrote(/receiving RTCP SR/);
  }

  isEncrypted() {
    return this.wrote(/encrypt/i);
  }

  speaks() {
    return this.wrote(/configuring MSAlawDec/);
  }

  hangUp() {
    this.type("terminate");
  }

  ended(from = 0) {
    return this.says(/Call \d+ with .* ended/, { from });
  }

  heardFile() {
    return join(this.folder, "heard.wav");
  }
}
