// Firefox beside Chromium: at the desk, and on the call page. Sound measured at both ends.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Firefox } from "./firefox.mjs";
import * as trial from "./house.mjs";

/** A line that rings until a human answers. */
const RINGS = "0199000807";

let house, firefox, chromium;

before(async () => {
  house = await trial.House.open();
  [firefox, chromium] = await Promise.all([Firefox.open(1000), trial.browser(700)]);
});
after(async () => {
  await firefox?.close();
  await chromium?.close();
  await house?.close();
});

test("a listener with Firefox takes a telephone's call, and loses its socket in the middle: the talk goes on", async () => {
  await firefox.goto(await house.invite());
  await firefox.click('main form[method="post"] button');
  await firefox.sees('[data-do="ready"], #desk, .board');
  await firefox.goto(house.url("/desk?raw=1"));
  await firefox.click('[data-do="ready"]');
  await firefox.sees('.status[data-presence="ready"]');
  const phone = new trial.Phone(house, { number: RINGS });
  await firefox.click("#accept");
  await phone.hears("tone", { where: (event) => event.hertz === 1000 });
  await trial.listen(firefox);
  await trial.hearsTone(firefox, 440);
  await firefox.click('[data-do="end"]');
  await firefox.click('[data-do="end"]');
  await phone.hears("hung_up");
  assert.deepEqual(firefox.problems, []);
});

test("a caller with Firefox is answered by a listener with Chromium", async () => {
  const page = await trial.desk(chromium, house);
  await trial.ready(page);
  await firefox.goto(house.url("/?raw=1"));
  await firefox.click("#call");
  await trial.rings(page);
  await trial.accept(page);
  await trial.listen(page);
  await trial.listen(firefox);
  await Promise.all([trial.hearsTone(page, 1000), trial.hearsTone(firefox, 700)]);
  await firefox.click("#hang-up");
  await firefox.sees('#panel[data-state="ended"]');
  await trial.write(page);
  assert.deepEqual(firefox.problems, []);
});
