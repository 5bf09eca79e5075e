// The house under trial: the real binary with its demonstration, real telephones and real browsers.
// Nothing here is a stand-in for a part of the product.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import { begin, outlived, program, until } from "./processes.mjs";
import { ask, keepFrames, watched } from "./sweep.mjs";
import { waveOfTone } from "./waves.mjs";

export { program, root, sleep, until } from "./processes.mjs";
export * from "./sweep.mjs";
export * from "./telephones.mjs";

const run = promisify(execFile);

/** Runs the program beside a service; what it prints is swept with the rest. */
async function beside(service, ...options) {
  const { stdout, stderr } = await run(program, options);
  service.output += stdout + stderr;
  return { stdout, stderr };
}

/** A service that runs. */
export class House {
  static async open({ data = mkdtempSync(join(tmpdir(), "vigie-story-")), robots = 0, sip = "127.0.0.1:0", environment = {}, more = [] } = {}) {
    const house = new House();
    house.data = data;
    const options = ["demo", "--data", data, "--http", "127.0.0.1:0", "--sip", sip, "--json", "--robots", `${robots}`, ...more];
    house.process = begin(options, { env: { ...process.env, ...environment } });
    const ended = watched(house, environment.XDG_RUNTIME_DIR ? [environment.XDG_RUNTIME_DIR] : []);
    const lines = createInterface({ input: house.process.stdout });
    const first = await Promise.race([
      new Promise((tell) => lines.once("line", tell)),
      ended.then((code) => assert.fail(`the service ended with ${code}: ${house.log}`)),
    ]);
    house.ready = first;
    Object.assign(house, JSON.parse(first));
    return house;
  }

  url(path = "/") {
    return `http://${this.http}${path}`;
  }

  async get(path, cookie) {
    const response = await fetch(this.url(path), { headers: cookie ? { cookie } : {}, redirect: "manual" });
    const text = await response.text();
    this.pages.set(path, text);
    return { status: response.status, text, headers: response.headers };
  }

  async metric(name) {
    const { text } = await this.get("/metrics");
    const line = text.split("\n").find((line) => line.startsWith(`${name} `));
    return line ? Number(line.split(" ")[1]) : 0;
  }

  /** A link for one more person. */
  async invite(role = "listener", more = []) {
    this.invited = (this.invited ?? 0) + 1;
    const options = ["staff", "invite", "--data", this.data, "--name", `Personne ${this.invited} (${role})`, "--role", role, ...more];
    const { stdout } = await beside(this, ...options);
    return this.url(`/sign-in/${stdout.trim().split("/").at(-1)}`);
  }

  /** The report of today and the days beside it, whatever the time zone. */
  async report(more = []) {
    return JSON.parse(await this.printed("json", more));
  }

  /** The same as it is printed. */
  async printed(format, more = []) {
    const day = (offset) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
    const { stdout } = await beside(this, "report", "--data", this.data, "--from", day(-1), "--to", day(1), "--format", format, ...more);
    return stdout;
  }

  /** What a rehearsal of this very service prints, for people and for programs. */
  async rehearsed() {
    const options = ["rehearse", "nights", "--data", this.data, "--seeds", "2", "--what-if", "listeners=-1,surge=2"];
    const printed = await Promise.all([[], ["--json"]].map((more) => beside(this, ...options, ...more)));
    return printed.map(({ stdout, stderr }) => stdout + stderr).join("\n");
  }

  /** What the directory's commands print and write: the house's own table and what may be published, and a trial of taking it in. */
  async exported() {
    const files = ["house", "csv", "hsds", "fhir", "json-lines"].map((format) => [format, join(this.data, `exported.${format}`)]);
    const printed = [];
    for (const [format, file] of files) printed.push(await beside(this, "directory", "export", "--data", this.data, "--format", format, file));
    const report = join(this.data, "found.csv");
    printed.push(await beside(this, "directory", "import", "--data", this.data, files[0][1], "--dry-run", "--report", report));
    const written = [...files.map(([, file]) => file), report].map((file) => readFileSync(file, "utf8"));
    return [...printed.map(({ stdout, stderr }) => stdout + stderr), ...written].join("\n");
  }

  /** Whether the projections are what the journal says. */
  async replay() {
    const { stdout } = await beside(this, "replay", "--data", this.data);
    return stdout.trim();
  }

  /** Stops it, and sweeps what it told and left behind. */
  async kill(signal = "SIGKILL") {
    await ask(this);
    this.process.kill(signal);
    return this.gone;
  }

  /** Stops in good order and checks that the record is whole. */
  async close() {
    await this.kill("SIGTERM");
    assert.match(await this.replay(), / 0 differences$/m);
  }
}

/** A service of its own, with a configuration file and nothing in it: no line, nobody. */
export class Service {
  static async open({ data = mkdtempSync(join(tmpdir(), "vigie-service-")), lines = "", outgoing = null, trunks = "", http = "", browsers = "", port = 0, place = null, peers = ["127.0.0.0/8"], sip = "127.0.0.1:0" } = {}) {
    const service = Object.assign(new Service(), { data, place, config: join(data, "vigie.toml"), scheme: http ? "https" : "http" });
    const here = place?.address ?? "127.0.0.1";
    const gateway = outgoing ? `gateway = "${outgoing}"\nwatch = false\n` : "";
    writeFileSync(service.config, `[store]\nplace = "vigie.db"\n[http]\nlisten = "${here}:0"\n${http}[sip]\nlisten = ["${sip}"]
[[trunk]]\nname = "trunk"\npeers = ${JSON.stringify(peers)}\n${gateway}${trunks}[browsers]\nlisten = "${here}:${port}"\n${browsers}${lines}`);
    service.process = begin(["serve", "--config", service.config], { env: { ...process.env, NO_COLOR: "1" } }, place);
    watched(service);
    const address = (what) => service.log.match(new RegExp(`${what} address=(\\S+)`))?.[1];
    await until("the service serves", () => address("pages"));
    Object.assign(service, { http: address("pages"), sip: address("SIP") });
    return service;
  }

  url(path = "/") {
    return `${this.scheme}://${this.http}${path}`;
  }

  /** Whether the projections are what the journal says. */
  async replay() {
    const { stdout } = await beside(this, "replay", "--config", this.config);
    return stdout.trim();
  }

  async invite(name, role, more = []) {
    const options = ["staff", "invite", "--config", this.config, "--name", name, "--role", role, ...more];
    const { stdout } = await beside(this, ...options);
    return this.url(`/sign-in/${stdout.trim().split("/").at(-1)}`);
  }

  /** Told once it waits for the calls in progress; told twice it stops. What it told and left behind is swept. */
  async kill() {
    await ask(this);
    this.process.kill("SIGTERM");
    this.process.kill("SIGINT");
    return this.gone;
  }
}

/** A WAV file of a tone for Chromium's microphone: 48 kHz, mono, 16 bits, two seconds that loop without a seam. */
export function microphone(hertz) {
  const file = join(mkdtempSync(join(tmpdir(), "vigie-microphone-")), `${hertz}.wav`);
  writeFileSync(file, waveOfTone(hertz, 48_000, 2));
  return file;
}

/** A Chromium of its own, whose microphone gives a tone. */
export async function browser(hertz, more = [], place = null) {
  const program = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const launched = await chromium.launch({
    executablePath: place ? place.starter(program) : program,
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", "--use-fake-device-for-media-stream",
      "--use-fake-ui-for-media-stream", `--use-file-for-fake-audio-capture=${microphone(hertz)}`,
      "--autoplay-policy=no-user-gesture-required", "--allow-loopback-in-peer-connection",
      "--disable-renderer-backgrounding", "--disable-background-timer-throttling",
      "--disable-backgrounding-occluded-windows", ...more,
    ],
  });
  // A story that fails leaves its browser open, and would never end.
  outlived(() => launched.close());
  return launched;
}

/** Signs somebody in with a one-time link, with pages of their own. */
export async function signIn(within, link) {
  const context = await within.newContext({ permissions: ["microphone"], locale: "fr-FR" });
  const page = await context.newPage();
  page.problems = [];
  keepFrames(page);
  page.on("pageerror", (fault) => page.problems.push(String(fault)));
  await page.goto(link);
  await page.locator('main form[method="post"] button').click();
  await page.waitForURL(/\/(desk|board)/);
  return page;
}

/** Signs in with a one-time link and opens the desk. */
export async function desk(within, house, link) {
  const page = await signIn(within, link ?? (await house.invite()));
  await page.goto(house.url("/desk?raw=1"));
  return page;
}

/** Presses "ready" and waits until the desk can be rung. */
export async function ready(page) {
  await page.locator('[data-do="ready"]').click();
  await page.locator('.status[data-presence="ready"]').waitFor();
}

/** Moves the focus with Tab alone until it is on something, and presses a key there. */
export async function tabTo(page, selector, key = "Enter") {
  for (let times = 0; times < 200; times += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((selector) => document.activeElement?.matches(selector), selector)) {
      await page.keyboard.press(key);
      return;
    }
  }
  assert.fail(`the Tab key never reaches ${selector}`);
}

/** Waits until the desk rings. */
export async function rings(page, within = 15_000) {
  await page.locator("#accept").waitFor({ timeout: within });
}

/** Accepts with one key; when. */
export async function accept(page) {
  await page.keyboard.press("a");
  return performance.now();
}

/** Waits until the desk shows a talk. */
export async function talks(page, within = 5_000) {
  await page.locator('[data-do="end"]').waitFor({ timeout: within });
}

/** Ends the talk that the desk shows with its key, pressed twice; when. */
export async function end(page) {
  await talks(page);
  await page.keyboard.press("e");
  await page.keyboard.press("e");
  return performance.now();
}

/** Closes the care record with grade 1, so that the next call can come. */
export async function write(page, grade = "1") {
  const form = page.locator("#part-record form#record");
  await form.waitFor();
  await form.locator(`input[name="grade"][value="${grade}"]`).check();
  await page.keyboard.press("Control+Enter");
  await page.locator('.status[data-presence="ready"], .status[data-presence="paused"]').waitFor();
}

/** Begins to measure what a page's audio element plays: its loudest frequency, and since when a tone is heard. */
export async function listen(page) {
  await page.evaluate(() => {
    const ear = { peak: 0, level: -200, since: {} };
    globalThis.ear = ear;
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 4096;
    analyser.smoothingTimeConstant = 0;
    let joined = null;
    const bins = new Float32Array(analyser.frequencyBinCount);
    setInterval(() => {
      const stream = document.querySelector("#voice")?.srcObject;
      if (stream && stream !== joined && stream.getAudioTracks().length > 0) {
        joined = stream;
        context.createMediaStreamSource(stream).connect(analyser);
      }
      analyser.getFloatFrequencyData(bins);
      let best = 0;
      for (let bin = 1; bin < bins.length; bin += 1) if (bins[bin] > bins[best]) best = bin;
      ear.peak = (best * context.sampleRate) / analyser.fftSize;
      ear.level = bins[best];
      const loud = {};
      for (const hertz of [440, 700, 1000, 1400]) {
        const bin = Math.round((hertz * analyser.fftSize) / context.sampleRate);
        loud[hertz] = Math.max(bins[bin - 1], bins[bin], bins[bin + 1]);
      }
      // What is 25 dB below the loudest tone is not a tone of its own.
      const top = Math.max(...Object.values(loud));
      ear.tones = Object.keys(loud).map(Number).filter((hertz) => loud[hertz] > -60 && loud[hertz] > top - 25);
      for (const hertz of [440, 700, 1000, 1400]) {
        const near = Math.abs(ear.peak - hertz) < 30 && ear.level > -60;
        if (!near) delete ear.since[hertz];
        else ear.since[hertz] ??= performance.now();
      }
    }, 20);
  });
}

/** Waits until a page plays a tone; how long that took from the call of this function, in milliseconds. */
export async function hearsTone(page, hertz, within = 5_000) {
  const from = performance.now();
  // The page's own policy forbids evaluating text, so the story asks again and again instead of leaving a function there.
  await until(`${hertz} Hz at the page`, () => page.evaluate((hertz) => globalThis.ear?.since[hertz] !== undefined, hertz), within);
  return performance.now() - from;
}

/** Waits until a page hears exactly these tones, and goes on doing so for half a second. */
export async function hearsExactly(page, tones, within = 6_000) {
  const wanted = [...tones].sort((one, other) => one - other).join("+");
  let steady = 0;
  let heard = "";
  await until(`the page hears ${wanted || "nothing"}; it heard ${heard}`, async () => {
    heard = await page.evaluate(() => (globalThis.ear?.tones ?? []).join("+"));
    steady = heard === wanted ? steady + 1 : 0;
    return steady >= 20;
  }, within).catch((fault) => assert.fail(`${fault.message} (at the end it heard "${heard}")`));
}

/** In how many of the looks of five seconds a page hears a tone. */
export const share = (page, hertz) =>
  page.evaluate(async (hertz) => {
    let heard = 0;
    for (let look = 0; look < 100; look += 1) {
      await new Promise((wake) => setTimeout(wake, 50));
      if (globalThis.ear.tones?.includes(hertz)) heard += 1;
    }
    return heard / 100;
  }, hertz);
