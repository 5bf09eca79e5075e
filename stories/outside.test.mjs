// Telephones outside: a listener on call takes a call with a key, and a regulator hands a caller to a relay. The telephone
// sends back what it hears, so a caller who hears their own tone has been heard there; once it has pressed the key, it speaks.

import { after, before, test } from "node:test";
import * as trial from "./house.mjs";

const REGULATED = "0199000810";

let house, regulating, called;

before(async () => {
  called = new trial.CalledPhone();
  house = await trial.House.open({ more: ["--outgoing", called.address] });
  regulating = await trial.browser(1000);
});
after(async () => {
  await regulating?.close();
  called?.close();
  await house?.close();
});

test("a listener takes a call at their own telephone, with a key", async () => {
  const link = await house.invite("listener", ["--phone", "0199000877"]);
  const page = await trial.desk(regulating, house, link);
  await page.locator('[data-do="phone"]').click();
  await page.locator('[data-do="phone"][aria-pressed="true"]').waitFor();
  await page.locator('[data-do="ready"]').click();
  await page.locator('.status[data-presence="ready"]').waitFor();
  const phone = new trial.Phone(house, { expect: [440] });
  await phone.hears("answered");
  await page.locator('.status[data-presence="offered"]').waitFor();
  await page.locator('.status[data-presence="talking"]').waitFor({ timeout: 20_000 });
  // The telephone gives back what it hears: the caller's own tone, which no prompt or music is made of alone.
  await phone.hears("tone", { where: (event) => event.hertz === 440 });
  phone.hangUp();
  await page.locator('[data-do="sign_off"]').waitFor();
  await page.locator('[data-do="sign_off"]').click();
  await page.context().close();
});

test("a regulator hands a caller to a relay, talking with it first", async () => {
  const page = await trial.desk(regulating, house, await house.invite("regulator"));
  await trial.listen(page);
  await trial.ready(page);
  const phone = new trial.Phone(house, { number: REGULATED, expect: [440, 1000] });
  await trial.rings(page);
  await trial.accept(page);
  await trial.hearsExactly(page, [440]);
  await page.keyboard.press("t");
  await page.locator("#hand-over-to").selectOption("relay:partenaire");
  await page.locator('[data-do="hand_over"][data-warm="true"]:not([data-second])').click();
  // The relay gives the regulator's own tone back: the two hear each other, and the caller hears music.
  await trial.hearsExactly(page, [1000], 15_000);
  await page.keyboard.press("l");
  await page.locator("#part-record form#record").waitFor();
  await phone.hears("tone", { where: (event) => event.hertz === 440 });
  phone.hangUp();
  await trial.write(page);
  await page.context().close();
});
