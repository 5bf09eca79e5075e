// The telephone's grammar, by SIPp: late offer, hold, mu-law, lost acknowledgements, TCP, IPv6, cancelling.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import * as trial from "./house.mjs";

const scenarios = join(dirname(fileURLToPath(import.meta.url)), "sipp");
const usual = ["-sf", join(scenarios, "stays.xml")];
let house;

before(async () => (house = await trial.House.open()));
after(async () => {
  await trial.until("every call is over", async () => (await house.report()).still_open === 0);
  await house.close();
});

/** Plays a scenario; fails with SIPp's own words. */
function sipp(to, calls, ...options) {
  const numbers = Array.from({ length: calls }, trial.newCaller);
  const all = [to, "-s", house.number, ...trial.numbersOf(numbers), "-m", `${calls}`, "-nostdin", "-timeout", "40", "-timeout_error", ...options];
  return new Promise((tell, fail) => {
    execFile("sipp", all, { cwd: tmpdir(), maxBuffer: 64 * 1024 * 1024 }, (fault, stdout, stderr) =>
      fault ? fail(new Error(`sipp ${options.join(" ")}: ${stderr}\n${stdout.slice(-2_000)}`)) : tell(stdout),
    );
  });
}

for (const name of ["late-offer", "hold", "quick-change", "mu-law", "bad-change", "no-ack"]) {
  test(`SIPp: ${name}`, () => sipp(house.sip, name === "quick-change" ? 20 : 3, "-sf", join(scenarios, `${name}.xml`), "-i", "127.0.0.1"));
}

test("SIPp: the usual call over TCP", () => sipp(house.sip, 5, ...usual, "-t", "t1", "-d", "300", "-i", "127.0.0.1"));

test("SIPp: many calls at once", async () => {
  await sipp(house.sip, 100, ...usual, "-r", "50", "-d", "500", "-i", "127.0.0.1");
});

test("a call over IPv6", async () => {
  const six = await trial.House.open({ sip: "[::1]:0" });
  const phone = new trial.Phone(six);
  await phone.hears("answered");
  await phone.hears("sound");
  phone.hangUp();
  assert.equal((await phone.hears("packets")).lost, 0);
  await six.close();
});
