// Figures are true: the report, the board and SIPp count the same.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import * as trial from "./house.mjs";
import { newCallers } from "./sweep.mjs";

const run = promisify(execFile);

/** Places calls with SIPp; how many it counts as successful. */
async function sipp(house, number, calls, more = []) {
  const numbers = Array.from({ length: calls }, trial.newCaller);
  const options = [house.sip, "-sf", join(trial.root, "stories", "sipp", "stays.xml"), ...trial.numbersOf(numbers), "-s", number, "-m", `${calls}`, "-r", "10", "-nostdin", "-i", "127.0.0.1", ...more];
  const { stdout } = await run("sipp", options, { cwd: tmpdir(), maxBuffer: 64 * 1024 * 1024 });
  const count = (what) => Number(stdout.match(new RegExp(`${what}\\s+\\|\\s+\\d+\\s+\\|\\s+(\\d+)`))?.[1]);
  return { successful: count("Successful call"), failed: count("Failed call") };
}

/** The figures on the board, by name. */
async function board(house, page) {
  await page.goto(house.url("/board"));
  return page.evaluate(() =>
    Object.fromEntries(
      [...document.querySelectorAll("[data-figure]")].map((figure) => [figure.dataset.figure, figure.dataset.value]),
    ),
  );
}

test("the report and the board equal what SIPp counted", async () => {
  const house = await trial.House.open({ robots: 4 });
  await trial.until("the robots are ready", async () => (await house.get("/health")).status === 200);
  await trial.sleep(3_000);
  // SIPp's callers leave in the greeting; those of the rehearsal talk with a robot; the closed and the full line have theirs.
  const leaving = await sipp(house, house.number, 20, ["-d", "700"]);
  const closed = await sipp(house, "0199000808", 5, ["-d", "300"]);
  const { stdout } = await run(trial.program, [
    "rehearse", "calls", "--to", house.sip, "--number", "0199000807", "--rate", "2", "--duration", "3s", "--talk", "2s", "--caller", newCallers(6), "--json",
  ]);
  const talked = JSON.parse(stdout);
  const refused = await sipp(house, "0600000000", 3).catch((fault) => fault);
  assert.equal(leaving.successful, 20);
  assert.equal(closed.successful, 5);
  assert.equal(talked.connected, 6);
  assert.ok(refused.code, "an unknown number is refused, and SIPp counts that as failed");

  const report = await trial.until("every call is over", async () => {
    const report = await house.report();
    return report.still_open === 0 && report.arrived === 31 ? report : null;
  });
  assert.equal(report.answered, leaving.successful + closed.successful + talked.answered);
  assert.equal(report.connected, talked.connected);
  assert.equal(report.given_up, leaving.successful);
  assert.equal(report.given_up_greeting, leaving.successful);
  assert.equal(report.closed, closed.successful);

  const watching = await trial.browser(1000);
  const page = await trial.desk(watching, house, house.sign_in.supervisor);
  const shown = await board(house, page);
  assert.equal(Number(shown.answered), report.answered);
  assert.equal(Number(shown.connected), report.connected);
  assert.equal(Number(shown.given_up), report.given_up);

  // The figures of the field: the page, its file and the terminal tell the same, and the identities hold.
  const { answered_by_human, queued, before_queue, offered, abandoned, flowed_out, blocked, open } = report;
  assert.equal(offered, before_queue + queued + open);
  assert.equal(queued, answered_by_human + abandoned + flowed_out + blocked);
  assert.equal(answered_by_human, talked.connected);
  const ringing = await house.report(["--line", "sonnerie"]);
  assert.equal(ringing.offered, 6);
  assert.equal(ringing.answer_rate, 1);
  assert.ok(ringing.talk_seconds > 1 && ringing.talk_seconds < 10, `a talk of ${ringing.talk_seconds} s`);
  await page.goto(house.url("/figures?period=7-days&line=sonnerie"));
  assert.equal(await page.locator('[data-figure="answered_by_human"] strong').innerText(), "6");
  assert.match(await page.locator('[data-figure="answer_rate"] strong').innerText(), /^100,0/);
  const file = await (await page.request.get(house.url("/figures.csv?period=7-days&line=sonnerie"))).text();
  assert.match(file, /"answered_by_human","Répondus","calls","6"/);

  // One caller gives up in the greeting and gets through at the second try; another gives up alone. SIPp's 25 who were answered
  // called once each; those of the rehearsal withhold their numbers, and are not counted as people.
  const from = (number) => ["--from", `sip:${number}@127.0.0.1`];
  const [twice, once] = [trial.newCaller(), trial.newCaller()];
  for (const [number, line] of [[twice, house.number], [once, house.number], [twice, "0199000807"]]) {
    const phone = new trial.Phone(house, { number: line, more: from(number) });
    await phone.hears(line === house.number ? "sound" : "tone");
    phone.hangUp();
    await phone.gone;
  }
  await page.goto(house.url("/figures?period=today"));
  const people = (key) => page.locator(`[data-figure="kpi.${key}"] strong`).innerText();
  assert.deepEqual([await people("callers"), await people("reached"), await people("redial")], ["33", "7", "1,03"]);
  assert.match(await people("unique_rate"), /^21,2/);
  await watching.close();
  await house.close();
});
