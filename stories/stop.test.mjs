// Told to stop, the service takes no new calls; those in progress, waiting callers among them, come to their end.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as trial from "./house.mjs";

const NUMBER = "0199000807";
/** A line that answers at once, and keeps its callers company. */
const GREETED = "0199000805";
const GREETS = `[[line]]\nid = "accueil"\nname = "Ligne qui accueille"\nnumbers = ["${GREETED}"]\n`;
const LINES = `[[line]]\nid = "sonnerie"\nname = "Ligne qui sonne"\nnumbers = ["${NUMBER}"]\nanswer = "ring"\n`;

test("a talk and a waiting caller outlive the signal to stop; a new caller is sent elsewhere", async () => {
  const service = await trial.Service.open({ lines: LINES });
  const listening = await trial.browser(1000);
  const page = await trial.desk(listening, service, await service.invite("Camille", "listener"));
  await trial.ready(page);
  const talking = new trial.Phone({ sip: service.sip, number: NUMBER });
  await trial.rings(page);
  await trial.accept(page);
  await talking.hears("tone", { where: (event) => event.hertz === 1000 });
  const waiting = new trial.Phone({ sip: service.sip, number: NUMBER });
  await waiting.hears("provisional", { where: (event) => event.status === 180 });

  service.process.kill("SIGTERM");
  await trial.until("it says so", () => service.log.includes("no new calls"));
  const health = await fetch(service.url("/health"));
  assert.equal(health.status, 503);
  const late = new trial.Phone({ sip: service.sip, number: NUMBER });
  assert.equal((await late.hears("refused")).status, 503);
  // The talk was never broken, and the caller who waited is served as if nothing were.
  const tones = talking.events.filter((event) => event.event === "tone").length;
  assert.equal(tones, 1);
  talking.hangUp();
  // The next one rings at once, so the desk is not seen to be ready in between.
  await page.locator('.status[data-presence="wrapping-up"]').waitFor();
  await page.locator('#part-record form#record input[name="grade"][value="1"]').check();
  await page.keyboard.press("Control+Enter");
  await trial.rings(page);
  await trial.accept(page);
  await waiting.hears("tone", { where: (event) => event.hertz === 1000 });
  assert.equal(service.process.exitCode, null);
  waiting.hangUp();
  await waiting.gone;
  assert.equal(await service.gone, 0);
  assert.match(service.log, /no call is open any more/);
  assert.match(await service.replay(), / 0 differences$/m);
  await listening.close();
});

test("fifty calls are open when it is told to stop: none is cut, the talk is never broken, and then it stops", async (context) => {
  const service = await trial.Service.open({ lines: LINES + GREETS });
  const listening = await trial.browser(1000);
  const page = await trial.desk(listening, service, await service.invite("Camille", "listener"));
  await trial.ready(page);
  const talking = new trial.Phone({ sip: service.sip, number: NUMBER });
  await trial.rings(page);
  await trial.accept(page);
  await talking.hears("tone", { where: (event) => event.hertz === 1000 });
  await trial.listen(page);
  await trial.hearsTone(page, 440);
  const others = new trial.StayingPhones(service, GREETED, 49);
  await trial.until("all are answered", () => others.answered() === 49);
  const metrics = async () => (await fetch(service.url("/metrics"))).text();
  assert.match(await metrics(), /^vigie_calls_answered_total 50$/m);

  const told = performance.now();
  service.process.kill("SIGTERM");
  await trial.until("it says so", () => service.log.includes("no new calls"));
  const late = new trial.Phone({ sip: service.sip, number: GREETED });
  assert.equal((await late.hears("refused")).status, 503);
  assert.equal(await others.gone, 0, "none was hung up on");
  context.diagnostic(`49 callers left by themselves, the last ${Math.round(performance.now() - told)} ms after the signal`);
  assert.equal(service.process.exitCode, null, "the talk goes on");
  const tones = talking.events.filter((event) => event.event === "tone").length;
  assert.equal(tones, 1, "the caller's tone was never broken");
  assert.ok(await page.evaluate(() => performance.now() - globalThis.ear.since[440]) > performance.now() - told, "nor the listener's");
  talking.hangUp();
  await talking.gone;
  assert.equal(await service.gone, 0);
  assert.match(service.log, /no call is open any more/);
  assert.match(await service.replay(), / 0 differences$/m);
  await listening.close();
});

test("told once more, it stops at once", async () => {
  const service = await trial.Service.open({ lines: LINES });
  const waiting = new trial.Phone({ sip: service.sip, number: NUMBER });
  await waiting.hears("provisional", { where: (event) => event.status === 180 });
  service.process.kill("SIGTERM");
  await trial.until("it says so", () => service.log.includes("no new calls"));
  service.process.kill("SIGTERM");
  assert.equal(await service.gone, 0);
  assert.match(service.log, /told to stop once more/);
  assert.match(await service.replay(), / 0 differences$/m);
  waiting.process.kill();
});
