// Firefox beside Chromium: at the desk, and on the call page. Sound measured at both ends. Firefox finds no way for sound to its own
// machine's loopback addresses, so the service is in a network of its own.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Firefox } from "./firefox.mjs";
import * as trial from "./house.mjs";
import * as networks from "./networks.mjs";

const NUMBER = "0199000807";
const LINES = `[[line]]\nid = "sonnerie"\nname = "Ligne qui sonne"\nnumbers = ["${NUMBER}"]\nanswer = "ring"\n`;
const skip = networks.whyNot() ?? false;

let place, house, firefox, chromium;

before(async () => {
  if (skip) return;
  await networks.open();
  place = await networks.Place.open("v", 1);
  house = await trial.Service.open({ lines: LINES, place });
  const safe = `--unsafely-treat-insecure-origin-as-secure=${house.url("")}`;
  [firefox, chromium] = await Promise.all([Firefox.open(1000, place.address), trial.browser(700, [safe])]);
});
after(async () => {
  await firefox?.close();
  await chromium?.close();
  await house?.kill();
});

test("a listener with Firefox takes a telephone’s call", { skip }, async () => {
  await firefox.goto(await house.invite("Camille", "listener"));
  await firefox.click('main form[method="post"] button');
  await firefox.sees('[data-do="ready"], #desk, .board');
  await firefox.goto(house.url("/desk?raw=1"));
  await firefox.click('[data-do="ready"]');
  await firefox.sees('.status[data-presence="ready"]');
  const phone = new trial.Phone({ sip: house.sip, place, number: NUMBER });
  await firefox.click("#accept");
  await phone.hears("tone", { where: (event) => event.hertz === 1000 });
  await firefox.hearsTone(440);
  await firefox.click('[data-do="end"]');
  await firefox.click('[data-do="end"]');
  await phone.hears("hung_up");
  assert.deepEqual(firefox.problems, []);
});

test("a caller with Firefox is answered by a listener with Chromium", { skip }, async () => {
  const page = await trial.desk(chromium, house, await house.invite("Alix", "listener"));
  await trial.ready(page);
  await firefox.goto(house.url("/?raw=1"));
  await firefox.click("#call");
  await trial.rings(page);
  await trial.accept(page);
  await trial.listen(page);
  await Promise.all([trial.hearsTone(page, 1000), firefox.hearsTone(700)]);
  await firefox.click("#hang-up");
  await firefox.sees('#panel[data-state="ended"]');
  await trial.write(page);
  assert.deepEqual(firefox.problems, []);
});
