// A Firefox, spoken to by WebDriver BiDi: the Firefox that people have, not one that was built for tests.

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import WebSocket from "ws";
import { sleep, start, until } from "./processes.mjs";

/** A Firefox whose microphone gives a tone, with one page; it takes the plain pages of one host for safe. */
export class Firefox {
  static async open(hertz, safe) {
    const profile = mkdtempSync(join(tmpdir(), "vigie-firefox-"));
    const settings = {
      "media.navigator.streams.fake": true,
      "media.navigator.permission.disabled": true,
      "media.navigator.audio.fake_frequency": hertz,
      // Its pages are taken for safe, as those of this very machine are.
      "dom.securecontext.allowlist": safe,
      "media.autoplay.default": 0,
      "media.autoplay.blocking_policy": 0,
      "intl.accept_languages": "fr-FR",
      "network.captive-portal-service.enabled": false,
      "network.connectivity-service.enabled": false,
      "dom.security.https_first": false,
      "security.mixed_content.upgrade_display_content": false,
      "security.warn_submit_secure_to_insecure": false,
      "app.update.enabled": false,
      "datareporting.policy.dataSubmissionEnabled": false,
      "toolkit.telemetry.enabled": false,
      "browser.shell.checkDefaultBrowser": false,
      "browser.aboutwelcome.enabled": false,
    };
    const lines = Object.entries(settings).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`);
    writeFileSync(join(profile, "user.js"), lines.join(""));
    const firefox = Object.assign(new Firefox(), { asked: new Map(), next: 1, problems: [] });
    const options = ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0", "about:blank"];
    firefox.process = start(process.env.FIREFOX ?? "/usr/bin/firefox-esr", options, {
      env: { ...process.env, HOME: profile, MOZ_CRASHREPORTER_DISABLE: "1" }, stdio: ["ignore", "ignore", "pipe"],
    });
    const address = await new Promise((tell) => {
      createInterface({ input: firefox.process.stderr }).on("line", (line) => {
        const found = line.match(/WebDriver BiDi listening on (ws:\S+)/);
        if (found) tell(found[1]);
      });
    });
    firefox.socket = new WebSocket(`${address}/session`);
    await new Promise((tell, fail) => {
      firefox.socket.addEventListener("open", tell);
      firefox.socket.addEventListener("error", fail);
    });
    firefox.socket.addEventListener("message", (event) => firefox.#told(JSON.parse(event.data)));
    await firefox.ask("session.new", { capabilities: {} });
    await firefox.ask("session.subscribe", { events: ["log.entryAdded"] });
    const { contexts } = await firefox.ask("browsingContext.getTree", {});
    firefox.context = contexts[0].context;
    return firefox;
  }

  #told(message) {
    if (message.method === "log.entryAdded" && message.params.type === "javascript") this.problems.push(message.params.text);
    const waiting = this.asked.get(message.id);
    if (!waiting) return;
    this.asked.delete(message.id);
    if (message.type === "success") waiting.tell(message.result);
    else waiting.fail(new Error(`Firefox: ${message.error}: ${message.message}`));
  }

  ask(method, params) {
    const id = this.next++;
    this.socket.send(JSON.stringify({ id, method, params }));
    return new Promise((tell, fail) => this.asked.set(id, { tell, fail }));
  }

  async goto(url) {
    await this.ask("browsingContext.navigate", { context: this.context, url, wait: "complete" });
  }

  /** Runs a function in the page, as a browser's other driver does; what it gives must be of plain values. */
  async evaluate(run, given) {
    const text = `(${run})(${JSON.stringify(given ?? null)})`;
    const wrapped = `Promise.resolve(${text}).then((value) => JSON.stringify(value ?? null))`;
    const told = await this.ask("script.evaluate", {
      expression: wrapped, target: { context: this.context }, awaitPromise: true, userActivation: true,
    });
    if (told.type !== "success") throw new Error(`Firefox: ${told.exceptionDetails.text}`);
    return JSON.parse(told.result.value);
  }

  /** Waits until something is on the page, and to be seen. */
  sees(selector, within = 15_000) {
    const look = () => this.evaluate((selector) => {
      const found = document.querySelector(selector);
      return found !== null && found.getClientRects().length > 0;
    }, selector);
    // What is asked of a page that is just being left is answered by an error, or by nothing.
    return until(`${selector} in Firefox`, () => Promise.race([look().catch(() => false), sleep(1_000)]), within);
  }

  /** Presses something; a page that is left by it need not answer. */
  async click(selector) {
    await this.sees(selector);
    await this.evaluate((selector) => void setTimeout(() => document.querySelector(selector).click(), 0), selector);
  }

  /** Waits until a tone is most of what the page's audio element is given. What came is recorded and looked at afterwards:
   * without a loudspeaker, Firefox lets no audio context run. */
  hearsTone(hertz, within = 15_000) {
    return until(`${hertz} Hz in Firefox`, async () => (await this.#share(hertz)) > 0.5, within);
  }

  /** How much of a second of sound is a tone, from 0 to 1. */
  #share(hertz) {
    return this.evaluate(async (hertz) => {
      const stream = document.querySelector("#voice")?.srcObject;
      if (!stream) return 0;
      const recorder = new MediaRecorder(stream);
      const parts = [];
      recorder.ondataavailable = (event) => parts.push(event.data);
      const stopped = new Promise((tell) => (recorder.onstop = tell));
      recorder.start();
      setTimeout(() => recorder.stop(), 1000);
      await stopped;
      const bytes = await new Blob(parts).arrayBuffer();
      const sound = await new OfflineAudioContext(1, 48_000, 48_000).decodeAudioData(bytes);
      const samples = sound.getChannelData(0);
      let [along, across, all] = [0, 0, 0];
      samples.forEach((sample, index) => {
        const turn = (2 * Math.PI * hertz * index) / sound.sampleRate;
        along += sample * Math.cos(turn);
        across += sample * Math.sin(turn);
        all += sample * sample;
      });
      // The share of the energy that a sine of this frequency has; silence has none.
      return all / samples.length < 1e-5 ? 0 : (2 * (along ** 2 + across ** 2)) / (samples.length * all);
    }, hertz);
  }

  async close() {
    await Promise.race([this.ask("browser.close", {}).catch(() => {}), sleep(2_000)]);
    this.socket.terminate();
    this.process.kill("SIGKILL");
  }
}
