// Many call at once: the supervisor's desk suggests surge mode when a caller has waited too long. One click, and people on call
// are rung at once, wishes bind nobody any more, and the greeting is left out; one click back, and all is as it was. The
// greeting is a tone here, so that an ear can tell whether it was played.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as trial from "./house.mjs";
import { Office, line, queue } from "./team.mjs";

const NUMBER = "0199000805";
const ON_CALL = "0199000877";
const GREETING = 700;

const PLAN = `${line("ecoute", "Écoute", NUMBER).replace('next = "file"', 'next = "choix"')}
[line.ecoute.flow.step.choix]
kind = "menu"
prompt = "menu_audience"
wait_seconds = 2
tries = 1
otherwise = "file"
[[line.ecoute.flow.step.choix.choice]]
digit = "1"
choice = "student"
wish = "audience:student"
next = "file"
[[line.ecoute.flow.step.choix.choice]]
digit = "2"
choice = "professional"
next = "file"
${queue("ecoute", "Écoute", [['"on_shift"', 300], ['"on_call"', 60], ['{ message = "all_busy" }', 60]], "wishes = { audience = 600 }")}
[care]
surge_wait_seconds = 10
`;

let outside, office, talking, watching, alix, supervisor;

before(async () => {
  outside = new trial.CalledPhone();
  office = await Office.open(outside.address);
  await office.plan(PLAN);
  await office.say("greeting", trial.microphone(GREETING));
  [talking, watching] = [await trial.browser(1000), await trial.browser(1400)];
  await office.service.invite("Camille", "listener", ["--phone", ON_CALL]);
  alix = await seat(talking, "Alix", "listener");
  // Dominique is there and paused: the student's wish could be met, later.
  await seat(watching, "Dominique", "listener", ["--skills", "audience:student=2"]);
  supervisor = await seat(watching, "Lou", "supervisor");
  await office.shift("Alix", "ecoute", "on_shift");
  await office.shift("Camille", "ecoute", "on_call");
  await office.shift("Dominique", "ecoute", "on_shift");
});
after(async () => {
  await office?.close();
  for (const browser of [talking, watching]) await browser?.close();
  outside?.close();
});

async function seat(browser, name, role, more) {
  const page = await trial.desk(browser, office.service, await office.service.invite(name, role, more));
  await trial.listen(page);
  return page;
}

/** A caller with a tone of their own, who presses a key once they were greeted; or who just waits. */
async function caller(tone, key) {
  const phone = new trial.Phone(office.service, { number: NUMBER, tone, expect: [440, GREETING, 1000] });
  await phone.hears("answered");
  if (key) {
    await phone.hears("tone", { where: (event) => event.hertz === GREETING });
    phone.press(key);
  }
  return phone;
}

const wasGreeted = (phone) => phone.events.some((event) => event.event === "tone" && event.hertz === GREETING);
const surge = (on) => supervisor.locator(`#part-supervision [data-do="surge"][data-on="${on}"]`);

/** Alix takes the call that rings, and hears exactly this caller. */
async function takes(tone) {
  await trial.rings(alix, 30_000);
  await trial.accept(alix);
  await trial.hearsExactly(alix, [tone]);
}

/** The caller hangs up, and Alix is ready again. */
async function done(phone) {
  phone.hangUp();
  await phone.gone;
  await trial.write(alix);
}

test("a wait that is too long suggests surge mode; one click rings the people on call, for a caller whose wish they do not meet", async () => {
  await trial.ready(alix);
  const first = await caller(1400, "2");
  await takes(1400);
  const student = await caller(440, "1");
  const suggestion = supervisor.locator("#part-supervision .notice.trouble", { hasText: "mode afflux peut aider" });
  await suggestion.waitFor({ timeout: 60_000 });
  assert.deepEqual(outside.told(), [], "nobody on call was rung before");
  await surge(true).click();
  await suggestion.waitFor({ state: "detached" });
  await surge(false).waitFor();
  await trial.until("the telephone on call rings", () => outside.told().includes(`rings at ${ON_CALL}`), 10_000);
  // It gives back what it hears, once the key was pressed there.
  await student.hears("tone", { within: 20_000, where: (event) => event.hertz === 440 });
  await done(first);
  student.hangUp();
  await student.gone;
});

test("in surge mode a new caller is not greeted", async () => {
  const phone = await caller(440);
  await takes(440);
  assert.equal(wasGreeted(phone), false);
  await done(phone);
});

test("one click back: callers are greeted, and wishes bind again", async () => {
  await surge(false).click();
  await surge(true).waitFor();
  const student = await caller(440, "1");
  const waiting = supervisor.locator("#part-supervision ul.calls > li", { hasText: "attend" });
  await waiting.first().waitFor();
  // Alix is free, and does not meet the wish: whoever comes later and has none is served before.
  const other = await caller(1400, "2");
  await takes(1400);
  assert.ok(wasGreeted(student) && wasGreeted(other));
  await other.hears("tone", { where: (event) => event.hertz === 1000 });
  await done(other);
  student.hangUp();
  await student.gone;
  assert.deepEqual([...alix.problems, ...supervisor.problems], []);
});
