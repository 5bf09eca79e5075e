// A service with a plan, people and a rota of its own, made through the office as a coordinator makes them.

import assert from "node:assert/strict";
import { Service, browser, signIn } from "./house.mjs";

/** A line that greets, and the queue behind it. */
export const line = (id, name, number) => `
[line.${id}]
name = "${name}"
numbers = ["${number}"]
languages = ["fr"]
zone = "Europe/Paris"
hours = { week = "always", on_holidays = "as_usual" }
[line.${id}.flow]
start = "accueil"
[line.${id}.flow.step.accueil]
kind = "say"
prompt = "greeting"
skip_in_surge = true
next = "file"
[line.${id}.flow.step.file]
kind = "queue"
queue = "${id}"
`;

/** A queue with its rungs, each `[who, seconds]` in the words of a plan. */
export const queue = (id, name, rungs, more = "") => `
[queue.${id}]
name = "${name}"
extras = false
${more}
${rungs.map(([tried, seconds]) => `[[queue.${id}.rungs]]\ntried = ${tried}\nseconds = ${seconds}\n`).join("")}`;

/** The coordinator of a service that runs, at the office. */
export class Office {
  /** Opens a service and its office; `outgoing` is where calls to telephones outside go. */
  static async open(outgoing) {
    const office = new Office();
    office.service = await Service.open({ outgoing });
    office.seeing = await browser(1000);
    office.page = await signIn(office.seeing, await office.service.invite("Sacha", "coordinator"));
    return office;
  }

  /** Sends a form, as the page would. */
  async send(path, pairs) {
    const answer = await this.page.evaluate(
      async ([path, pairs]) => {
        const answer = await fetch(path, { method: "POST", body: new URLSearchParams(pairs) });
        return { status: answer.status, text: await answer.text() };
      },
      [path, pairs],
    );
    assert.equal(answer.status, 200, `${path}: ${answer.text.match(/notice trouble[^>]*>([^<]*)/)?.[1] ?? answer.text.slice(0, 400)}`);
    return answer;
  }

  /** Puts a plan in force. */
  async plan(toml) {
    await this.send("/office/plan/import", { toml });
    await this.page.goto(this.service.url("/office"));
    await this.page.locator('form[action="/office/plan/in-force"] button.primary').click();
    await this.page.locator(".things .badge").first().waitFor();
  }

  /** Has a recording said in place of a message that came with the program. */
  async say(prompt, file) {
    await this.page.goto(this.service.url("/office/prompts"));
    const form = this.page.locator('form[action="/office/prompts/file"]');
    await form.locator('select[name="name"]').selectOption(prompt);
    await form.locator('input[name="file"]').setInputFiles(file);
    await form.locator("button").click();
    await this.page.locator('#trial button[value="use"]').click();
    await this.page.locator("#trial").waitFor({ state: "detached" });
  }

  /** Writes a shift from half an hour ago until five hours from now into the rota. */
  async shift(name, queue, duty) {
    const at = (minutes) => new Date(Date.now() + minutes * 60_000);
    const clock = (when) => when.toLocaleTimeString("fr-FR", { timeZone: "Europe/Paris", hour: "2-digit", minute: "2-digit" });
    const day = at(-30).toLocaleDateString("sv-SE", { timeZone: "Europe/Paris" });
    await this.page.goto(this.service.url("/rota"));
    const who = await this.page.locator('form[action="/rota/shifts"] option', { hasText: name }).first().getAttribute("value");
    await this.send("/rota/shifts", { week: day, who, queue, duty, day, from: clock(at(-30)), to: clock(at(300)) });
  }

  /** The lines of the receipt of the call that came last. */
  async receipt() {
    await this.page.goto(this.service.url("/calls"));
    await this.page.locator(".calls-table tbody a").first().click();
    await this.page.locator("ol.receipt").waitFor();
    return this.page.locator("ol.receipt li").allInnerTexts();
  }

  async close() {
    await this.seeing?.close();
    await this.service?.kill();
  }
}
