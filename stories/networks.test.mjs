// Bad networks of listeners and callers: lost for a while, changed for another. Real browsers in networks of their own, the sound
// measured at both ends.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as trial from "./house.mjs";
import * as networks from "./networks.mjs";

const NUMBER = "0199000807";
const LINES = `[[line]]\nid = "sonnerie"\nname = "Ligne qui sonne"\nnumbers = ["${NUMBER}"]\nanswer = "ring"\n`;
const skip = networks.whyNot() ?? false;

let house, service, home, office, away, listening, other;

/** A browser at a place that takes the service's plain pages for safe, as it does those of its own machine. */
const browserAt = (place, hertz) =>
  trial.browser(hertz, [`--unsafely-treat-insecure-origin-as-secure=${service.url("")}`], place);

before(async () => {
  if (skip) return;
  await networks.open();
  house = await networks.Place.open("v", 1);
  [home, office, away] = [await networks.Place.open("h", 2), await networks.Place.open("o", 3), await networks.Place.open("c", 4)];
  service = await trial.Service.open({ lines: LINES, place: house });
  listening = await browserAt(home, 1000);
  other = await browserAt(office, 1400);
});
after(async () => {
  await listening?.close();
  await other?.close();
  await service?.kill();
  if (service) assert.match(await service.replay(), / 0 differences$/m);
});

/** A talk between a telephone and a listener at home, heard at both ends. */
async function talk() {
  const page = await trial.desk(listening, service, await service.invite("Camille", "listener"));
  await trial.ready(page);
  const phone = new trial.Phone({ sip: service.sip, place: house, number: NUMBER }, { expect: [1000, 1400] });
  await trial.rings(page);
  await trial.accept(page);
  await phone.hears("tone", { where: (event) => event.hertz === 1000 });
  await trial.listen(page);
  await trial.hearsTone(page, 440);
  page.navigated = 0;
  page.on("framenavigated", () => (page.navigated += 1));
  return { page, phone };
}

/** What is heard from now on is heard after the network was lost. */
async function lose({ page, phone }) {
  return { after: phone.events.length, since: await page.evaluate(() => performance.now()) };
}

/** The talk goes on, heard at both ends, on the same page; how long after now, in milliseconds. */
async function goesOn({ page, phone }, { after, since }, within) {
  const from = performance.now();
  await Promise.all([
    phone.hears("tone", { after, within, where: (event) => event.hertz === 1000 }),
    trial.until("the page hears the caller again", () => page.evaluate((since) => globalThis.ear.since[440] > since, since), within),
  ]);
  const took = performance.now() - from;
  assert.equal(page.navigated, 0, "the page was not loaded anew");
  await trial.talks(page);
  return Math.round(took);
}

/** The caller hangs up, and the page is closed. */
async function part({ page, phone }) {
  phone.hangUp();
  await phone.hears("ended");
  await trial.write(page);
  assert.deepEqual(page.problems, []);
  await page.context().close();
}

for (const [seconds, cut, regain, what] of [
  [3, "deafen", "hear", "a dead spot"],
  [8, "deafen", "hear", "a dead spot"],
  [8, "unplug", "plug", "a link that is pulled"],
]) {
  test(`a listener's network is lost for ${seconds} s (${what}): the talk goes on`, { skip }, async (context) => {
    const both = await talk();
    const began = performance.now();
    const lost = await lose(both);
    await home[cut]();
    await trial.sleep(seconds * 1000 - (performance.now() - began));
    await home[regain]();
    context.diagnostic(`heard at both ends ${await goesOn(both, lost, 8_000)} ms after the network was back`);
    await part(both);
  });
}
