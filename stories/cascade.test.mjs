// Nobody answers for five minutes: those on shift let it ring, the telephone on call rings in vain, so do the other team, the
// partner line and the facilitator, and a recorded voice names other numbers. The caller is never cut, and never in silence
// for more than two seconds, as measured on what reached their own telephone; and whoever comes then, takes them.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as trial from "./house.mjs";
import { Office, line, queue } from "./team.mjs";

const NUMBER = "0199000805";
const ON_CALL = "0199000877";
const PARTNER = "0199000890";
const FIVE_MINUTES = 300_000;

const PLAN = `${line("ecoute", "Écoute", NUMBER)}${line("nuit", "Nuit", "0199000806")}
${queue("ecoute", "Écoute", [
  ['"on_shift"', 8], ['"on_call"', 10], ['{ other_queue = "nuit" }', 8], ['{ partner = "amis" }', 15], ['"facilitator"', 8],
  ['{ message = "all_busy" }', 20],
], "offer_seconds = 6")}
${queue("nuit", "Nuit", [['"on_shift"', 60]])}
[relay.amis]
name = "Ligne amie"
number = "${PARTNER}"
ring_seconds = 10
`;

let outside, office, desks;

before(async () => {
  outside = new trial.CalledPhone("rings");
  office = await Office.open(outside.address);
  await office.plan(PLAN);
});
after(async () => {
  await office?.close();
  outside?.close();
});

/** Somebody at a desk who is ready, and then looks elsewhere. */
async function seat(name, role) {
  const page = await trial.desk(office.seeing, office.service, await office.service.invite(name, role));
  await trial.listen(page);
  return page;
}

test("nobody answers for five minutes: every rung is tried in order, and the caller is never cut nor left in silence", async () => {
  await office.service.invite("Camille", "listener", ["--phone", ON_CALL]);
  desks = { Alix: await seat("Alix", "listener"), Dominique: await seat("Dominique", "listener"), Lou: await seat("Lou", "facilitator") };
  await office.shift("Alix", "ecoute", "on_shift");
  await office.shift("Camille", "ecoute", "on_call");
  await office.shift("Dominique", "nuit", "on_shift");
  await office.shift("Lou", "ecoute", "facilitator");
  for (const page of Object.values(desks)) await trial.ready(page);

  const phone = new trial.Phone(office.service, { number: NUMBER, more: ["--silence", "2s"] });
  const answered = await phone.hears("answered");
  const wrong = () => phone.events.find((event) => ["hung_up", "long_silence", "refused"].includes(event.event));
  await trial.rings(desks.Alix, 30_000);
  await trial.until("the telephone on call rings", () => outside.told().includes(`rings at ${ON_CALL}`), 30_000);
  await trial.rings(desks.Dominique, 40_000);
  await trial.until("the partner line rings", () => outside.told().includes(`rings at ${PARTNER}`), 30_000);
  await trial.rings(desks.Lou, 30_000);
  await trial.until("five minutes", () => wrong() || performance.now() - answered.at > FIVE_MINUTES, FIVE_MINUTES);
  assert.equal(wrong(), undefined);

  // The caller is there still, and the first who is ready again has them.
  await trial.ready(desks.Alix);
  await trial.rings(desks.Alix, 30_000);
  await trial.accept(desks.Alix);
  await phone.hears("tone", { where: (event) => event.hertz === 1000 });
  await trial.hearsExactly(desks.Alix, [440]);
  phone.hangUp();
  await phone.gone;
  assert.equal(wrong(), undefined);
  const { milliseconds } = phone.events.find((event) => event.event === "longest_silence");
  assert.ok(milliseconds <= 2_000, `${milliseconds} ms`);
  const { received, lost } = phone.events.find((event) => event.event === "packets");
  assert.ok(received > FIVE_MINUTES / 20 && lost < received / 1000, `${received} packets, ${lost} lost`);
  console.log(`the longest silence: ${milliseconds} ms; ${received} packets, ${lost} lost`);
  for (const page of Object.values(desks)) assert.deepEqual(page.problems, []);
});

test("the receipt has every rung with its reason, in order", async () => {
  const receipt = (await office.receipt()).map((told) => told.replaceAll(/[\u00a0\u202f\n]/g, " "));
  const steps = [
    /L’appel arrive/, /La plateforme décroche/, /Entre dans la file Écoute/,
    /De permanence : 1 présent·es, dont 1 disponibles/, /Ça sonne chez Alix/, /Alix ne répond pas/,
    /D’astreinte : 1 présent·es, dont 1 disponibles/, /Ça sonne chez Camille/, /Camille ne répond pas/,
    /Autre équipe : 1 présent·es, dont 1 disponibles/, /Ça sonne chez Dominique/, /Dominique ne répond pas/,
    /Ligne partenaire/, /Le relais Ligne amie est appelé/, /Fin avec le relais Ligne amie \(pas de réponse\)/,
    /Animation : 1 présent·es, dont 1 disponibles/, /Ça sonne chez Lou/, /Lou ne répond pas/,
    /Message avec d’autres numéros/,
    // The round begins again: Alix is there, and has not said to be ready since.
    /De permanence : 1 présent·es, dont 0 disponibles/,
  ];
  let from = 0;
  for (const step of steps) {
    const found = receipt.slice(from).findIndex((told) => step.test(told));
    assert.ok(found >= 0, `${step} after line ${from} of\n${receipt.join("\n")}`);
    from += found + 1;
  }
  assert.match(receipt.slice(from).join("\n"), /Ça sonne chez Alix[\s\S]*Alix répond[\s\S]*Fin de l’appel/);
});
