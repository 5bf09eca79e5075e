// Bad networks of listeners and callers: lost for a while, changed for another. Real browsers in networks of their own, the sound
// measured at both ends.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import * as trial from "./house.mjs";
import * as networks from "./networks.mjs";

const NUMBER = "0199000807";
const LINES = `[[line]]\nid = "sonnerie"\nname = "Ligne qui sonne"\nnumbers = ["${NUMBER}"]\nanswer = "ring"\n`;
const skip = networks.whyNot() ?? false;
/** How long a talk may need once there is a network again, in milliseconds: Chromium itself takes up to four seconds to see it. */
const RETURNS = 10_000;

let house, service, home, office, away, listening, other;
let people = 0;
/** What a story that failed leaves behind would disturb the next one. */
let left = [];

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
afterEach(async () => {
  for (const close of left) await close();
  left = [];
});
after(async () => {
  await listening?.close();
  await other?.close();
  await service?.kill();
  if (service) assert.match(await service.replay(), / 0 differences$/m);
});

/** A desk of somebody new. */
async function deskIn(browser) {
  people += 1;
  const page = await trial.desk(browser, service, await service.invite(`Personne ${people}`, "listener"));
  left.push(() => page.context().close());
  await trial.ready(page);
  return page;
}

/** A talk between a telephone and a listener at home, heard at both ends. */
async function talk() {
  const page = await deskIn(listening);
  const phone = new trial.Phone({ sip: service.sip, place: house, number: NUMBER }, { expect: [1000, 1400] });
  left.push(() => phone.process.kill());
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

/** Waits until the house tells a page, over its next socket, that it has its voice. */
const voiceIsBack = (page) => new Promise((tell) =>
  page.on("websocket", (socket) =>
    socket.on("framereceived", ({ payload }) => {
      if (JSON.parse(payload).state?.connected) tell();
    })));

/** The caller hangs up, and the page is closed. */
async function part({ page, phone }) {
  phone.hangUp();
  await phone.hears("ended");
  // What the page's socket has missed meanwhile may still come.
  await page.locator('.status[data-presence="wrapping-up"]').waitFor();
  await trial.write(page);
  assert.deepEqual(page.problems, []);
  await page.context().close();
}

for (const [seconds, cut, regain, what] of [
  [3, "deafen", "hear", "a dead spot"],
  [8, "deafen", "hear", "a dead spot"],
  [8, "unplug", "plug", "the link is pulled"],
]) {
  test(`a listener's network is lost for ${seconds} s (${what}): the talk goes on`, { skip }, async (context) => {
    const both = await talk();
    const began = performance.now();
    const lost = await lose(both);
    await home[cut]();
    await trial.sleep(seconds * 1000 - (performance.now() - began));
    await home[regain]();
    context.diagnostic(`heard at both ends ${await goesOn(both, lost, RETURNS)} ms after the network was back`);
    await part(both);
  });
}

test("a listener's network changes: the address is another one, and the talk goes on", { skip }, async (context) => {
  const both = await talk();
  const lost = await lose(both);
  await home.unplug();
  await home.plug(22);
  context.diagnostic(`heard at both ends ${await goesOn(both, lost, RETURNS)} ms after the change`);
  await part(both);
});

test("a listener's network is lost for 20 s: the caller hears a kind word, is rung at another's within 12 s, and talks", { skip }, async (context) => {
  const { page, phone } = await talk();
  const began = performance.now();
  const after = phone.events.length;
  await home.deafen();
  const second = await deskIn(other);
  await phone.hears("sound", { after, within: 5_000 });
  await trial.rings(second, 15_000);
  const took = performance.now() - began;
  assert.ok(took < 12_000, `rung again after ${took} ms`);
  context.diagnostic(`rung at another's ${Math.round(took)} ms after the loss`);
  await trial.accept(second);
  await phone.hears("tone", { after, where: (event) => event.hertz === 1400 });
  await trial.listen(second);
  await trial.hearsTone(second, 440);
  await trial.sleep(20_000 - (performance.now() - began));
  const heard = voiceIsBack(page);
  await home.hear();
  // Whoever lost the call sees so, and has its record to write.
  await page.locator('.status[data-presence="wrapping-up"]').waitFor({ timeout: 15_000 });
  // Whoever closes the record before their voice is there again goes off duty, which no hand is quick enough for.
  await heard;
  await trial.write(page);
  assert.deepEqual(page.problems, []);
  await page.context().close();
  await part({ page: second, phone });
});

/** A call from the call page in a browser far away, taken by a listener; heard at both ends. */
async function callFromPage() {
  const calling = await browserAt(away, 440);
  left.push(() => calling.close());
  const page = await deskIn(other);
  const context = await calling.newContext({ permissions: ["microphone"], locale: "fr-FR" });
  const caller = await context.newPage();
  caller.problems = [];
  caller.on("pageerror", (fault) => caller.problems.push(String(fault)));
  await caller.goto(service.url("/?raw=1"));
  await caller.locator("#call").click();
  await trial.rings(page);
  await trial.accept(page);
  await trial.listen(page);
  await trial.listen(caller);
  await Promise.all([trial.hearsTone(page, 440), trial.hearsTone(caller, 1400)]);
  return { page, caller, calling };
}

test("a caller's network is lost for 6 s, then changes: the call from the page goes on", { skip }, async (context) => {
  const { page, caller, calling } = await callFromPage();
  const mark = async () => ({ desk: await page.evaluate(() => performance.now()), call: await caller.evaluate(() => performance.now()) });
  const again = async ({ desk, call }) => {
    const from = performance.now();
    await trial.until("the listener hears the caller again", () => page.evaluate((since) => globalThis.ear.since[440] > since, desk));
    await trial.until("the caller hears the listener again", () => caller.evaluate((since) => globalThis.ear.since[1400] > since, call));
    return Math.round(performance.now() - from);
  };
  const lost = await mark();
  await away.unplug();
  await trial.sleep(6_000);
  await away.plug();
  context.diagnostic(`heard at both ends ${await again(lost)} ms after the network was back`);
  const changed = await mark();
  await away.unplug();
  await away.plug(44);
  context.diagnostic(`heard at both ends ${await again(changed)} ms after the change`);
  await caller.locator('#panel[data-state="talking"]').waitFor();
  assert.deepEqual(caller.problems, []);
  await trial.end(page);
  await caller.locator('#panel[data-state="ended"]').waitFor();
  await trial.write(page);
  await page.context().close();
  await calling.close();
});

test("a caller's page that is closed ends its call at once", { skip }, async (context) => {
  const { page, caller, calling } = await callFromPage();
  const closed = performance.now();
  await caller.close();
  await page.locator('.status[data-presence="wrapping-up"]').waitFor();
  context.diagnostic(`a closed page was noticed after ${Math.round(performance.now() - closed)} ms`);
  assert.ok(performance.now() - closed < 3_000);
  await trial.write(page);
  await page.context().close();
  await calling.close();
});
