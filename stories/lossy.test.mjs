// Packets that are lost, late and out of order between a listener's browser and the service: the voices are still known at both ends.

import assert from "node:assert/strict";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import * as trial from "./house.mjs";
import * as networks from "./networks.mjs";
import { root, start } from "./processes.mjs";

const NUMBER = "0199000807";
const LINES = `[[line]]\nid = "sonnerie"\nname = "Ligne qui sonne"\nnumbers = ["${NUMBER}"]\nanswer = "ring"\n`;
const PORT = 5062;
const skip = networks.whyNot() ?? false;

let house, between, home, service, listening;
let people = 0;

before(async () => {
  if (skip) return;
  await networks.open();
  [house, between, home] = [await networks.Place.open("v", 1), await networks.Place.open("b", 2), await networks.Place.open("h", 3)];
  service = await trial.Service.open({ lines: LINES, place: house, port: PORT, browsers: `announced = "${between.address}"\n` });
  listening = await trial.browser(1000, [`--unsafely-treat-insecure-origin-as-secure=${service.url("")}`], home);
});
after(async () => {
  await listening?.close();
  await service?.kill();
});

/** The network between, until it is told to end; what it did to the packets. */
async function badNetwork(how) {
  const options = { listen: between.address, to: house.address, port: PORT, seed: 7, loss: 0, delay: 0, jitter: 0, ...how };
  const [first, ...rest] = [...between.prefix, process.execPath, join(root, "stories", "lossy.mjs"), JSON.stringify(options)];
  const network = start(first, rest, { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: network.stdout });
  await new Promise((tell) => lines.once("line", tell));
  return async () => {
    const told = new Promise((tell) => lines.once("line", tell));
    network.kill("SIGTERM");
    return JSON.parse(await told);
  };
}

for (const [what, how, heardLeast, cameLeast] of [
  ["5 % of the packets are lost", { loss: 0.05 }, 0.9, 0.9],
  ["20 % of the packets are lost", { loss: 0.2 }, 0.8, 0.7],
  ["packets are up to 80 ms late, and out of order", { delay: 20, jitter: 80 }, 0.8, 0.97],
  ["5 % are lost, the others up to 80 ms late and out of order", { loss: 0.05, delay: 20, jitter: 80 }, 0.8, 0.9],
]) {
  test(`${what}: a telephone and a listener hear each other`, { skip }, async (context) => {
    const end = await badNetwork(how);
    people += 1;
    const page = await trial.desk(listening, service, await service.invite(`Personne ${people}`, "listener"));
    await trial.ready(page);
    const phone = new trial.Phone({ sip: service.sip, place: house, number: NUMBER }, { more: ["--silence", "400ms"] });
    await trial.rings(page);
    await trial.accept(page);
    await phone.hears("tone", { where: (event) => event.hertz === 1000 });
    await trial.listen(page);
    await trial.hearsTone(page, 440);
    const heard = await trial.share(page, 440);
    phone.hangUp();
    const packets = await phone.hears("packets");
    const did = await end();
    const came = packets.received / (packets.received + packets.lost);
    context.diagnostic(`${JSON.stringify(did)}; the listener heard the tone in ${Math.round(heard * 100)} % of the looks; of the listener's packets ${Math.round(came * 100)} % came to the caller`);
    assert.ok(heard >= heardLeast, `the listener heard the caller in ${heard} of the looks`);
    // What was only overtaken on the way is not lost: the caller's side sorts it in.
    assert.ok(came >= cameLeast, `of the listener's packets ${came} came`);
    await page.locator('.status[data-presence="wrapping-up"]').waitFor();
    await page.context().close();
  });
}
