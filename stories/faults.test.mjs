// What goes wrong: callers who leave, desks nobody sits at, browsers that vanish, a service that is killed.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as trial from "./house.mjs";

/** A line that rings until a human answers: nothing to sit through before the desk rings. */
const RINGS = "0199000807";

let house, listening;

before(async () => {
  house = await trial.House.open();
  listening = await trial.browser(1000);
});
after(async () => {
  await listening?.close();
  await house?.close();
});

/** What a report must have gained since another. */
function gained(before, after) {
  const gains = {};
  for (const [figure, value] of Object.entries(after)) {
    if (typeof value === "number" && value !== before[figure] && /^(arrived|answered|connected|given|refused|line|inter|still)/.test(figure)) {
      gains[figure] = value - before[figure];
    }
  }
  return gains;
}

test("a caller who gives up in the greeting, while waiting, while a desk rings: one outcome each, the listener ready again", async () => {
  const start = await house.report();
  const greeted = new trial.Phone(house);
  await greeted.hears("sound");
  greeted.hangUp();
  await greeted.hears("ended");

  const waiting = new trial.Phone(house, { number: RINGS });
  await waiting.hears("provisional", { where: (event) => event.status === 180 });
  waiting.hangUp();
  assert.equal((await waiting.hears("refused")).status, 487);

  const page = await trial.desk(listening, house);
  await trial.ready(page);
  const rung = new trial.Phone(house, { number: RINGS });
  await trial.rings(page);
  rung.hangUp();
  await page.locator("#accept").waitFor({ state: "detached" });
  await page.locator('.status[data-presence="ready"]').waitFor();
  await trial.until("every outcome is recorded", async () => (await house.report()).still_open === 0);
  assert.deepEqual(gained(start, await house.report()), {
    arrived: 3, answered: 1, given_up: 3, given_up_greeting: 1, given_up_waiting: 1, given_up_ringing: 1,
  });
  await page.context().close();
});

test("a desk that rings in vain is paused, and the next one rings", async () => {
  const [first, second] = [await trial.desk(listening, house), await trial.desk(listening, house)];
  await trial.ready(first);
  await trial.ready(second);
  const phone = new trial.Phone(house, { number: RINGS });
  await trial.rings(first);
  assert.equal(await second.locator("#accept").count(), 0, "the longest ready rings first, and alone");
  await trial.rings(second, 22_000);
  await first.locator('.status[data-presence="paused"]').waitFor();
  await first.locator("#part-status", { hasText: "a sonné ici sans réponse" }).waitFor();
  await trial.accept(second);
  await phone.hears("tone");
  phone.hangUp();
  await trial.write(second);
  await first.context().close();
  await second.context().close();
});

test("a listener's browser dies in the talk: the caller hears a kind word, goes to the head and reaches another", async () => {
  const doomed = await trial.browser(1000);
  const page = await trial.desk(doomed, house);
  await trial.ready(page);
  const phone = new trial.Phone(house, { number: RINGS });
  await trial.rings(page);
  await trial.accept(page);
  await phone.hears("tone");
  const other = await trial.desk(listening, house);
  await trial.ready(other);
  const later = phone.events.length;
  const killed = performance.now();
  await doomed.close();
  await phone.hears("sound", { after: later, within: 5_000 });
  await trial.rings(other, 14_000);
  const offered = performance.now() - killed;
  assert.ok(offered < 12_000, `the caller was offered again after ${offered} ms`);
  await trial.accept(other);
  await phone.hears("tone", { after: later });
  phone.hangUp();
  await phone.hears("ended");
  await trial.write(other);
  await other.context().close();
});

test("the desk is reloaded in a talk: the talk goes on within ten seconds, and the caller hears a kind word", async () => {
  const page = await trial.desk(listening, house);
  await trial.ready(page);
  const phone = new trial.Phone(house, { number: RINGS });
  await trial.rings(page);
  await trial.accept(page);
  await phone.hears("tone");
  await trial.talks(page);
  const later = phone.events.length;
  const lost = await house.metric("vigie_listeners_lost_total");
  const began = performance.now();
  await page.reload();
  await trial.talks(page, 10_000);
  await phone.hears("tone", { after: later, within: 10_000 });
  assert.ok(performance.now() - began < 10_000);
  assert.equal(await house.metric("vigie_listeners_lost_total"), lost + 1, "the caller was told that the listener is away");
  await trial.listen(page);
  await trial.hearsTone(page, 440);
  await trial.end(page);
  await phone.hears("hung_up");
  await trial.write(page);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("the service is killed in a call: the call is closed as interrupted, the journal is whole, new calls pass", async () => {
  const killed = await trial.House.open();
  const page = await trial.desk(listening, killed);
  await trial.ready(page);
  const phone = new trial.Phone(killed, { number: RINGS });
  await trial.rings(page);
  await trial.accept(page);
  await phone.hears("tone");
  await trial.until("the talk is in the journal", async () => (await killed.report()).connected === 1);
  await killed.kill("SIGKILL");
  await page.context().close();

  const again = await trial.House.open({ data: killed.data });
  const report = await again.report();
  assert.equal(report.interrupted, 1);
  assert.equal(report.still_open, 0);
  assert.match(await again.replay(), / 0 differences$/m);
  const desk = await trial.desk(listening, again);
  await trial.ready(desk);
  const next = new trial.Phone(again, { number: RINGS });
  await trial.rings(desk);
  await trial.accept(desk);
  await next.hears("tone");
  next.hangUp();
  await trial.write(desk);
  await desk.context().close();
  phone.process.kill();
  await again.close();
});
