// A Firefox, spoken to by WebDriver BiDi: the Firefox that people have, not one that was built for tests.

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import WebSocket from "ws";
import { start, until } from "./processes.mjs";

/** A Firefox whose microphone gives a tone, with one page. */
export class Firefox {
  static async open(hertz) {
    const profile = mkdtempSync(join(tmpdir(), "vigie-firefox-"));
    const settings = {
      "media.navigator.streams.fake": true,
      "media.navigator.permission.disabled": true,
      "media.navigator.audio.fake_frequency": hertz,
      // The service is on this very machine.
      "media.peerconnection.ice.loopback": true,
      "media.autoplay.default": 0,
      "media.autoplay.blocking_policy": 0,
      "intl.accept_languages": "fr-FR",
      "network.captive-portal-service.enabled": false,
      "network.connectivity-service.enabled": false,
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
    return until(`${selector} in Firefox`, () => this.evaluate((selector) => {
      const found = document.querySelector(selector);
      return found !== null && found.getClientRects().length > 0;
    }, selector), within);
  }

  /** Presses something, with a real press. */
  async click(selector) {
    await this.sees(selector);
    const [x, y] = await this.evaluate((selector) => {
      const found = document.querySelector(selector);
      found.scrollIntoView({ block: "center" });
      const { left, top, width, height } = found.getBoundingClientRect();
      return [Math.round(left + width / 2), Math.round(top + height / 2)];
    }, selector);
    await this.ask("input.performActions", {
      context: this.context,
      actions: [{
        type: "pointer", id: "mouse",
        actions: [{ type: "pointerMove", x, y }, { type: "pointerDown", button: 0 }, { type: "pointerUp", button: 0 }],
      }],
    });
  }

  async close() {
    await this.ask("browser.close", {}).catch(() => {});
    this.process.kill("SIGKILL");
  }
}
