// The first call: by phone and from a page, heard at both ends, ended from each side.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as trial from "./house.mjs";
import { look } from "./look.mjs";

let house, listening;

before(async () => {
  house = await trial.House.open();
  listening = await trial.browser(1000);
});
after(async () => {
  await listening?.close();
  await house?.close();
});

test("a caller by phone is greeted, answered, heard and hears; either side ends it", async () => {
  const page = await trial.desk(listening, house);
  await trial.ready(page);
  await trial.listen(page);

  const phone = new trial.Phone(house);
  await phone.hears("answered");
  await phone.hears("sound", { within: 2_000 });
  await trial.rings(page);
  const accepted = await trial.accept(page);
  await trial.hearsTone(page, 440);
  const atDesk = performance.now() - accepted;
  const atPhone = (await phone.hears("tone")).at - accepted;
  assert.ok(atDesk < 1_000, `the caller's tone reached the desk after ${atDesk} ms`);
  assert.ok(atPhone < 1_000, `the listener's tone reached the telephone after ${atPhone} ms`);
  await trial.talks(page);

  const down = phone.hangUp();
  await page.locator("#part-record form#record").waitFor();
  await page.locator('[data-do="end"]').waitFor({ state: "detached" });
  const took = performance.now() - down;
  assert.ok(took < 500, `the desk noticed the caller's hang-up after ${took} ms`);
  assert.equal((await phone.hears("packets")).lost, 0);
  await trial.write(page);

  const second = new trial.Phone(house);
  await trial.rings(page);
  await trial.accept(page);
  await second.hears("tone");
  await trial.talks(page);
  // The desk is drawn anew between the two presses; the second one ends the talk all the same.
  await page.keyboard.press("e");
  await page.keyboard.press("h");
  await page.locator('[data-do="resume"]').waitFor();
  assert.equal(await page.locator('[data-do="end"][data-armed]').count(), 1);
  await page.keyboard.press("e");
  const ended = performance.now();
  const told = (await second.hears("hung_up")).at - ended;
  assert.ok(told < 500, `the telephone was told of the end after ${told} ms`);
  await trial.write(page);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("a caller in a browser reaches a listener in a browser; either side ends it", async () => {
  const page = await trial.desk(listening, house);
  await trial.ready(page);
  await trial.listen(page);
  const calling = await trial.browser(440);
  const context = await calling.newContext({ permissions: ["microphone"], locale: "fr-FR" });
  const caller = await context.newPage();
  for (const side of ["caller", "listener"]) {
    await caller.goto(house.url("/?raw=1"));
    await trial.listen(caller);
    await caller.locator("#call").click();
    await trial.rings(page);
    const accepted = await trial.accept(page);
    await Promise.all([trial.hearsTone(page, 440), trial.hearsTone(caller, 1000)]);
    const took = performance.now() - accepted;
    assert.ok(took < 1_000, `both heard each other after ${took} ms`);
    await trial.talks(page);
    let ended;
    if (side === "caller") {
      ended = performance.now();
      await caller.locator("#hang-up").click();
      await page.locator('[data-do="end"]').waitFor({ state: "detached" });
    } else {
      ended = await trial.end(page);
      await caller.locator('#panel[data-state="ended"]').waitFor();
    }
    const told = performance.now() - ended;
    assert.ok(told < 500, `the other side was told after ${told} ms`);
    await trial.write(page);
  }
  const cookies = await context.cookies();
  assert.deepEqual(cookies, [], "the call page keeps no cookie");
  const kept = await caller.evaluate(() => localStorage.length + sessionStorage.length);
  assert.equal(kept, 0, "nor anything else");
  await calling.close();
  await page.context().close();
});

test("a line with a menu tells the desk the choice; a line that rings stays silent until a human answers", async () => {
  const page = await trial.desk(listening, house);
  await trial.ready(page);
  const chooser = new trial.Phone(house, { number: "0199000806" });
  await chooser.hears("sound");
  chooser.press("2");
  await trial.rings(page);
  assert.match(await page.locator("#part-call").innerText(), /étudiant|student/i);
  await trial.accept(page);
  await chooser.hears("tone");
  chooser.hangUp();
  await trial.write(page);

  const ringing = new trial.Phone(house, { number: "0199000807" });
  await ringing.hears("provisional", { where: (event) => event.status === 180 });
  await trial.rings(page);
  await trial.sleep(1_000);
  assert.ok(!ringing.events.some((event) => ["answered", "sound"].includes(event.event)), "no machine speaks first");
  await trial.accept(page);
  await ringing.hears("answered", { within: 1_000 });
  await ringing.hears("tone", { within: 1_000 });
  ringing.hangUp();
  await trial.write(page);
  await page.context().close();
});

test("a desk says when nothing is heard of a caller, and no longer when something is", async () => {
  const page = await trial.desk(listening, house);
  await trial.ready(page);
  for (const [tone, silent] of [[0, true], [440, false]]) {
    const phone = new trial.Phone(house, { number: "0199000807", tone });
    await trial.rings(page);
    await trial.accept(page);
    await trial.talks(page);
    const talked = Date.now();
    if (silent) {
      await page.locator("#unheard").waitFor({ timeout: 20_000 });
      assert.ok(Date.now() - talked > 9_000, `after ${Date.now() - talked} ms`);
      await look(page, "desk-unheard");
    } else {
      await trial.sleep(13_000);
      assert.equal(await page.locator("#unheard").isVisible(), false, `a tone of ${tone} Hz is heard`);
    }
    await trial.end(page);
    await phone.hears("hung_up");
    await trial.write(page);
    // Nobody is there to be heard; the page looks ten times a second.
    await page.locator("#unheard").waitFor({ state: "hidden", timeout: 1_000 });
  }
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("a desk says how the caller's line sounds, and the record of the call keeps it", async () => {
  const page = await trial.desk(listening, house);
  await trial.ready(page);
  const phone = new trial.Phone(house, { more: ["--lose", "0.15"] });
  await trial.rings(page);
  await trial.accept(page);
  await page.locator('.their-line[data-bars="1"]').waitFor({ timeout: 20_000 });
  await look(page, "desk-poor-line");
  // Each end is reported on every five seconds; the listener's counts from the moment the caller hears it.
  await trial.sleep(6_500);
  phone.hangUp();
  await trial.write(page);
  const supervising = await trial.desk(listening, house, await house.invite("supervisor"));
  await supervising.goto(house.url("/calls"));
  await supervising.locator(".calls-table tbody a").first().click();
  const told = (await supervising.locator("ol.receipt").innerText()).replaceAll(/[\u00a0\u202f]/g, " ");
  const [, lost] = /Son du côté de la personne : note [23],\d sur 4,4, (\d+),\d % de paquets perdus/.exec(told) ?? [];
  assert.ok(Number(lost) >= 13 && Number(lost) <= 17, told);
  // What the browser misses of the caller's packets is not its own line's loss, but for what the two count at other moments.
  assert.match(told, /Son du côté de qui a répondu : note 4,\d sur 4,4, [0-2],\d %/);
  await look(supervising, "receipt-poor-line");
  await supervising.context().close();
  await page.context().close();
});

test("hold plays music, resume joins the two again", async () => {
  const page = await trial.desk(listening, house);
  await trial.ready(page);
  const phone = new trial.Phone(house, { number: "0199000807" });
  await trial.rings(page);
  await trial.accept(page);
  await phone.hears("tone");
  await trial.talks(page);
  const before = phone.events.length;
  await page.keyboard.press("h");
  await page.locator('[data-do="resume"]').waitFor();
  await trial.sleep(1_500);
  await page.keyboard.press("h");
  await phone.hears("tone", { after: before });
  phone.hangUp();
  await trial.write(page);
  await page.context().close();
});
