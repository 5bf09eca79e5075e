// Telephones that other people made call the line and are called by it. docs/clients.md says what was seen with each.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as trial from "./house.mjs";
import { Baresip, Linphone } from "./softphones.mjs";
import { loudness, share } from "./waves.mjs";

const KINDS = { baresip: Baresip, linphone: Linphone };
let listening;

before(async () => (listening = await trial.browser(1000)));
after(() => listening?.close());

/** Waits until a telephone hears a tone and hardly anything else. */
const hears = (phone, hertz) =>
  trial.until(`${hertz} Hz at the telephone`, () => loudness(phone.heard()) > 0.02 && share(phone.heard(), hertz) > 0.8, 8_000);

/** Waits until a telephone hears something that is not the tone: a voice, or music. */
const hearsOther = (phone, hertz) =>
  trial.until("something said to the telephone", () => loudness(phone.heard()) > 0.02 && share(phone.heard(), hertz) < 0.5);

/** Holds and takes up again, each kind in its own way. */
const HOLD = {
  // It says that it only sends, and sends nothing. What it hears after that it no longer writes to a file.
  baresip: async (phone, page) => {
    phone.hold();
    await trial.hearsExactly(page, []);
    phone.resume();
    await trial.hearsTone(page, 440);
  },
  // It goes on sending its file, as its music, and is told that we only receive.
  linphone: async (phone, page) => {
    phone.hold();
    await phone.wrote(/a=sendonly[^]*a=recvonly/);
    await trial.hearsExactly(page, [440]);
    const from = phone.written().length;
    phone.resume();
    await phone.wrote(/a=sendrecv/, from);
    await Promise.all([trial.hearsExactly(page, [440]), hears(phone, 1000)]);
  },
};

for (const [name, Kind] of Object.entries(KINDS)) {
  test(`${name} calls: it is greeted, answered, heard and hears, holds and resumes; either side ends it`, async () => {
    const house = await trial.House.open();
    const page = await trial.desk(listening, house);
    await trial.ready(page);
    await trial.listen(page);
    const phone = await Kind.open();

    await phone.call(house);
    await hearsOther(phone, 1000);
    await trial.rings(page);
    await trial.accept(page);
    await Promise.all([trial.hearsTone(page, 440), hears(phone, 1000)]);
    await trial.talks(page);

    await Promise.all([phone.speaks(), phone.reported()]);

    await HOLD[name](phone, page);
    phone.hangUp();
    await page.locator('[data-do="end"]').waitFor({ state: "detached" });
    await trial.write(page);

    const from = phone.log.length;
    await phone.call(house);
    await trial.rings(page);
    await trial.accept(page);
    await Promise.all([trial.hearsTone(page, 440), hears(phone, 1000)]);
    await trial.end(page);
    await phone.ended(from);
    await trial.write(page);
    assert.deepEqual(page.problems, []);
    await page.context().close();
    await phone.close();
    await house.close();
  });

  test(`${name} is called: it takes the call with a key, is heard and hears; either side ends it`, async () => {
    const phone = await Kind.open({ answers: "auto" });
    const house = await trial.House.open({ more: ["--outgoing", phone.address] });
    const page = await trial.desk(listening, house, await house.invite("listener", ["--phone", phone.number]));
    await page.locator('[data-do="phone"]').click();
    await page.locator('[data-do="phone"][aria-pressed="true"]').waitFor();
    await page.locator('[data-do="ready"]').click();
    await page.locator('.status[data-presence="ready"]').waitFor();
    for (const side of ["caller", "telephone"]) {
      const from = phone.log.length;
      const caller = new trial.Phone(house, { tone: 700, expect: [440] });
      await caller.hears("answered");
      // Until the key is pressed the telephone hears the question, and nobody.
      await hearsOther(phone, 700);
      await page.locator('.status[data-presence="offered"]').waitFor();
      await phone.press("1");
      await page.locator('.status[data-presence="talking"]').waitFor();
      await Promise.all([caller.hears("tone", { where: (event) => event.hertz === 440 }), hears(phone, 700)]);
      if (side === "caller") {
        caller.hangUp();
        await phone.ended(from);
      } else {
        phone.hangUp();
        await caller.hears("hung_up");
      }
      await page.locator('.status[data-presence="ready"]').waitFor();
    }
    assert.deepEqual(page.problems, []);
    await page.context().close();
    await phone.close();
    await house.close();
  });
}
