// Everything a listener does in a call, with no mouse.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as trial from "./house.mjs";

let house, listening;

before(async () => {
  house = await trial.House.open();
  listening = await trial.browser(1000);
});
after(async () => {
  await listening?.close();
  await house?.close();
});

test("decline, accept, mute, keypad, hold, end, write, close: all by keys", async () => {
  const page = await trial.desk(listening, house);
  await page.locator('[data-do="ready"]').waitFor();
  await trial.tabTo(page, '[data-do="ready"]');
  await page.locator('.status[data-presence="ready"]').waitFor();

  const phone = new trial.Phone(house, { number: "0199000807" });
  await trial.rings(page);
  await page.keyboard.press("d");
  await page.locator('.status[data-presence="paused"]').waitFor();
  await trial.tabTo(page, '[data-do="ready"]');
  await trial.rings(page);
  await page.keyboard.press("a");
  await phone.hears("tone");

  let after = phone.events.length;
  await page.keyboard.press("m");
  await phone.hears("silence", { after });
  after = phone.events.length;
  await page.keyboard.press("m");
  await phone.hears("tone", { after });

  await page.keyboard.press("k");
  await trial.tabTo(page, '#keypad [data-key="5"]');
  assert.equal((await phone.hears("key")).key, "5");
  await trial.tabTo(page, '#keypad [data-key="#"]');
  await phone.hears("key", { where: (event) => event.key === "#" });
  await trial.sleep(300);
  assert.deepEqual(phone.events.filter((event) => event.event === "key").map((event) => event.key), ["5", "#"], "each key once");

  after = phone.events.length;
  await page.keyboard.press("h");
  await page.locator('[data-do="resume"]').waitFor();
  // The music must be heard for more than one stretch of 100 ms before the tone can come back.
  await trial.sleep(500);
  await page.keyboard.press("h");
  await phone.hears("tone", { after });

  await page.keyboard.press("e");
  await page.keyboard.press("e");
  await phone.hears("hung_up");
  await page.locator('.status[data-presence="wrapping-up"]').waitFor();
  await trial.tabTo(page, 'input[name="grade"]', "ArrowRight");
  await page.keyboard.press("Control+Enter");
  await page.locator('.status[data-presence="ready"]').waitFor();
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("a microphone muted in one call is open in the next", async () => {
  const page = await trial.desk(listening, house);
  await trial.ready(page);
  for (const round of [1, 2]) {
    const phone = new trial.Phone(house, { number: "0199000807" });
    await trial.rings(page);
    await page.keyboard.press("a");
    await phone.hears("tone");
    if (round === 1) await page.keyboard.press("m");
    phone.hangUp();
    await trial.write(page);
  }
  await page.context().close();
});
