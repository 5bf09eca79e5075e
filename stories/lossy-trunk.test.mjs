// Packets that are lost, late and out of order on the trunk's own side: the voices are still known at both ends.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as trial from "./house.mjs";
import { Operator } from "./operator.mjs";

const NUMBER = "0199000807";
const LINES = `[[line]]\nid = "sonnerie"\nname = "Ligne qui sonne"\nnumbers = ["${NUMBER}"]\nanswer = "ring"\n`;

let service, listening;
let people = 0;

before(async () => {
  service = await trial.Service.open({ lines: LINES });
  listening = await trial.browser(1000);
});
after(async () => {
  await listening?.close();
  await service?.kill();
});

for (const [what, how, heardLeast, cameLeast] of [
  ["5 % of the packets are lost", { loss: 0.05 }, 0.9, 0.9],
  ["20 % of the packets are lost", { loss: 0.2 }, 0.8, 0.7],
  ["packets are up to 80 ms late, and out of order", { delay: 20, jitter: 80 }, 0.8, 0.97],
  ["5 % are lost, the others up to 80 ms late and out of order", { loss: 0.05, delay: 20, jitter: 80 }, 0.8, 0.9],
]) {
  test(`on the trunk ${what}: a telephone and a listener hear each other`, async (context) => {
    const operator = await Operator.open([service.sip], { seed: 7, ...how });
    people += 1;
    const page = await trial.desk(listening, service, await service.invite(`Personne ${people}`, "listener"));
    await trial.ready(page);
    const phone = new trial.Phone(operator, { number: NUMBER, more: ["--silence", "400ms"] });
    await trial.rings(page);
    await trial.accept(page);
    await phone.hears("tone", { where: (event) => event.hertz === 1000 });
    const known = phone.events.length;
    await trial.listen(page);
    await trial.hearsTone(page, 440);
    const heard = await trial.share(page, 440);
    const silences = phone.events.slice(known).filter((event) => event.event === "long_silence");
    phone.hangUp();
    const packets = await phone.hears("packets");
    operator.close();
    const came = packets.received / (packets.received + packets.lost);
    const [theirs, ours] = operator.counted;
    context.diagnostic(`the caller's packets: ${JSON.stringify(theirs)}, the service's: ${JSON.stringify(ours)}`);
    context.diagnostic(`the listener heard the tone in ${Math.round(heard * 100)} % of the looks; ${Math.round(came * 100)} % of the packets came to the caller`);
    assert.ok(heard >= heardLeast, `the listener heard the caller in ${heard} of the looks`);
    assert.ok(came >= cameLeast, `of the listener's packets ${came} came`);
    assert.deepEqual(silences, [], "the caller heard the listener all the time");
    // The way was as bad as it says.
    for (const way of [theirs, ours]) {
      assert.ok(way.lost >= (how.loss ?? 0) * 0.5 * (way.lost + way.passed), JSON.stringify(way));
      assert.ok(!how.jitter || way.late > way.passed * 0.2, JSON.stringify(way));
    }
    await page.locator('.status[data-presence="wrapping-up"]').waitFor();
    await page.context().close();
  });
}
