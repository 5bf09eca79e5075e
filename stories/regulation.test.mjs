// A regulator answers, triages and hands over; a supervisor comes to a call. Who hears whom is measured at every ear.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as trial from "./house.mjs";

const REGULATED = "0199000810";

let house, regulating, listening, supervising;

before(async () => {
  house = await trial.House.open();
  [regulating, listening, supervising] =
    [await trial.browser(1000), await trial.browser(1400), await trial.browser(700)];
});
after(async () => {
  for (const browser of [regulating, listening, supervising]) await browser?.close();
  await house?.close();
});

/** A desk whose ear is measured. */
async function desk(browser, role) {
  const page = await trial.desk(browser, house, await house.invite(role));
  await trial.listen(page);
  return page;
}

/** Chooses whom to hand over to, and how. */
async function handOver(page, to, how) {
  await page.keyboard.press("t");
  await page.locator("#hand-over-to").selectOption(to);
  await page.locator(`[data-do="hand_over"]${how}`).click();
}
const WARM = '[data-warm="true"]:not([data-second])';

test("a regulator answers at once, triages by keyboard, and hands over by a talk of two, then three, then leaves", async () => {
  const [regulator, listener] = [await desk(regulating, "regulator"), await desk(listening, "listener")];
  await trial.ready(regulator);
  await trial.ready(listener);
  const phone = new trial.Phone(house, { number: REGULATED, expect: [1000, 1400] });
  await trial.rings(regulator);
  assert.equal(await listener.locator("#accept").count(), 0, "the regulator comes first");
  await trial.accept(regulator);
  await trial.hearsExactly(regulator, [440]);
  await phone.hears("tone", { where: (event) => event.hertz === 1000 });

  const card = regulator.locator("#triage");
  await card.locator("#triage-need").focus();
  await regulator.keyboard.press("i"); // « Idées suicidaires », by its first letter.
  await card.locator('input[name="urgency"][value="2"]').check();
  await card.locator("#triage-words").fill("Seul depuis un mois.");

  await handOver(regulator, "queue:ecoute", WARM);
  await trial.rings(listener);
  assert.match(await listener.locator("#part-call").innerText(), /Idées suicidaires[\s\S]*Seul depuis un mois/, "the card goes with the call");
  await trial.hearsExactly(regulator, [440]);
  await trial.accept(listener);
  await trial.hearsExactly(listener, [1000]);
  await trial.hearsExactly(regulator, [1400]);

  await regulator.keyboard.press("j");
  await trial.hearsExactly(listener, [440, 1000]);
  await trial.hearsExactly(regulator, [440, 1400]);
  await phone.hears("mixed", { where: (event) => event.hertz === 1400 });

  await regulator.keyboard.press("l");
  await trial.hearsExactly(listener, [440]);
  await trial.hearsExactly(regulator, []);
  await regulator.locator("#part-record form#record").waitFor();
  phone.hangUp();
  await trial.write(listener);
  await trial.write(regulator);
  assert.deepEqual([regulator.problems, listener.problems], [[], []]);
  await regulator.context().close();
  await listener.context().close();
});

test("a cold hand-over that nobody takes comes back to the regulator", async () => {
  const regulator = await desk(regulating, "regulator");
  await trial.ready(regulator);
  const phone = new trial.Phone(house, { number: REGULATED });
  await trial.rings(regulator);
  await trial.accept(regulator);
  await trial.hearsExactly(regulator, [440]);
  const cold = '[data-warm="false"]';
  await handOver(regulator, "relay:partenaire", cold);
  await regulator.locator(`[data-do="hand_over"]${cold}`).click();
  // There is no way outside here: the relay cannot be reached, and the very regulator rings again, in the record of the call.
  await trial.rings(regulator);
  await trial.accept(regulator);
  await trial.hearsExactly(regulator, [440]);
  phone.hangUp();
  await trial.write(regulator);
  await regulator.context().close();
});

test("a supervisor listens, heard by nobody; whispers, heard by the listener alone; joins, heard by both", async () => {
  const [listener, supervisor] = [await desk(listening, "listener"), await desk(supervising, "supervisor")];
  await trial.ready(listener);
  const phone = new trial.Phone(house, { expect: [700, 1400] });
  await trial.rings(listener);
  await trial.accept(listener);
  await trial.hearsExactly(listener, [440]);
  await listener.keyboard.press("s");
  const alert = supervisor.locator('#part-supervision li[data-alert="true"]');
  await alert.waitFor();
  assert.match(await alert.innerText(), /Demande d’aide[\s\S]*en ligne · Personne \d+ \(listener\)/, "who asks for help, and in which call");

  const watch = async (mode) => supervisor.locator(`[data-do="watch"][data-mode="${mode}"]`).click();
  await watch("listen");
  await trial.hearsExactly(supervisor, [440, 1400]);
  await trial.hearsExactly(listener, [440]);
  assert.match(await listener.locator("#part-together").innerText(), /écoute, sans être entendu/, "the listener sees it");
  await alert.waitFor({ state: "detached" });

  await watch("whisper");
  await trial.hearsExactly(listener, [440, 700]);
  assert.ok(!phone.events.some((event) => event.event === "mixed" && event.hertz === 700), "the caller hears nothing of it");

  await watch("join");
  await phone.hears("mixed", { where: (event) => event.hertz === 700 });
  await trial.hearsExactly(listener, [440, 700]);

  await supervisor.locator('[data-do="unwatch"]').click();
  await trial.hearsExactly(listener, [440]);
  await trial.hearsExactly(supervisor, []);
  phone.hangUp();
  await trial.write(listener);

  const receipt = await supervisor.context().newPage();
  await receipt.goto(house.url("/calls"));
  await receipt.locator(".calls-table tbody a").first().click();
  const told = await receipt.locator("ol.receipt").innerText();
  assert.match(told, /appelle la supervision[\s\S]*Fin de l’appel/);
  for (const mode of ["écoute", "souffle", "rejoint"]) assert.match(told, new RegExp(`Personne \\d+ \\(supervisor\\)[^\n]*${mode}`));
  assert.deepEqual([listener.problems, supervisor.problems], [[], []]);
  await listener.context().close();
  await supervisor.context().close();
});
