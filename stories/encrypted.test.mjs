// A trunk whose sound is encrypted (SRTP with keys in the descriptions), with telephones that other people made at its end: both
// ends hear each other, and whoever comes without a key is refused.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as trial from "./house.mjs";
import { Baresip, Linphone } from "./softphones.mjs";
import { loudness, share } from "./waves.mjs";

const KINDS = { baresip: Baresip, linphone: Linphone };
const NUMBER = "0199000805";
const LINES = `[[line]]\nid = "secret"\nname = "Ligne chiffrée"\nnumbers = ["${NUMBER}"]\n`;
let listening;

before(async () => (listening = await trial.browser(1000)));
after(() => listening?.close());

/** Waits until a telephone hears a tone and hardly anything else. */
const hears = (phone, hertz) =>
  trial.until(`${hertz} Hz at the telephone`, () => loudness(phone.heard()) > 0.02 && share(phone.heard(), hertz) > 0.8, 8_000);

/** A service whose trunk wants encrypted sound, and its gateway if there is one. */
const open = (outgoing = null) => trial.Service.open({ lines: LINES, outgoing, trunks: 'sound = "srtp"\n' });

for (const [name, Kind] of Object.entries(KINDS)) {
  test(`${name} calls with encrypted sound: it is heard and hears, also after it held the call`, async () => {
    const service = await open();
    const page = await trial.desk(listening, service, await service.invite("Camille", "listener"));
    await trial.ready(page);
    await trial.listen(page);
    const phone = await Kind.open({ encrypts: true });
    await phone.call(service, NUMBER);
    await trial.rings(page);
    await trial.accept(page);
    await Promise.all([trial.hearsTone(page, 440), hears(phone, 1000)]);
    await phone.isEncrypted();
    await phone.reported();

    phone.hold();
    // linphone goes on sending its file, as its music.
    await (name === "baresip" ? trial.hearsExactly(page, []) : phone.wrote(/a=sendonly[^]*a=recvonly/));
    phone.resume();
    await trial.hearsTone(page, 440);

    phone.hangUp();
    await page.locator('[data-do="end"]').waitFor({ state: "detached" });
    await trial.write(page);
    assert.doesNotMatch(service.log, /inline:|a=crypto/, "no key is ever written");
    const figures = await (await fetch(service.url("/metrics"))).text();
    const count = (what) => Number(figures.match(new RegExp(`^vigie_media_packets_${what}_total (\\d+)$`, "m"))[1]);
    // A telephone that takes a call up again may have a new key, some packets before it says so.
    assert.ok(count("unreadable") <= count("received") / 20, figures.match(/.*media.*/g).join("\n"));
    assert.deepEqual(page.problems, []);
    await page.context().close();
    await phone.close();
    await service.kill();
  });
}

test("two telephones of different makes talk over the service, each with keys of its own, and neither without", async () => {
  const called = await Linphone.open({ tone: 700, answers: "auto", encrypts: true });
  const service = await open(called.address);
  const page = await trial.desk(listening, service, await service.invite("Camille", "listener", ["--phone", called.number]));
  await page.locator('[data-do="phone"]').click();
  await page.locator('[data-do="phone"][aria-pressed="true"]').waitFor();
  await page.locator('[data-do="ready"]').click();
  await page.locator('.status[data-presence="ready"]').waitFor();
  const caller = await Baresip.open({ tone: 440, encrypts: true });
  await caller.call(service, NUMBER);
  await page.locator('.status[data-presence="offered"]').waitFor();
  await called.says(/answered|connected|Media streams established/);
  await called.press("1");
  await page.locator('.status[data-presence="talking"]').waitFor();
  await Promise.all([hears(caller, 700), hears(called, 440)]);
  await Promise.all([caller.isEncrypted(), called.isEncrypted()]);
  caller.hangUp();
  await called.ended();
  await trial.write(page);
  await caller.close();

  const plain = new trial.Phone({ sip: service.sip, number: NUMBER }, { tone: 440 });
  const refused = await plain.hears("refused");
  assert.equal(refused.status, 488, JSON.stringify(refused));
  assert.deepEqual(page.problems, []);
  await page.context().close();
  await called.close();
  await service.kill();
});
