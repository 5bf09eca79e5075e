// A coordinator makes a service from nothing, in the office alone: a line, its messages, its people, its rota. What is wrong
// is refused with its place, and never touches what is in force.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import * as trial from "./house.mjs";

const NUMBER = "0199000805";
let service, seeing, office;

before(async () => {
  service = await trial.Service.open();
  seeing = await trial.browser(1000);
});
after(async () => {
  await seeing?.close();
  await service?.kill();
});

const field = (page, name) => page.locator(`main form.fields [name="${name}"]`).first();
const save = (page) => page.locator('main button[name="do"][value="save"]').first().click();

async function putInForce() {
  await office.goto(service.url("/office"));
  await office.locator('form[action="/office/plan/in-force"] button.primary').click();
  await office.locator(".things .badge").first().waitFor();
}

/** Adds somebody and answers the link that is shown once. */
async function bringIn(name, role) {
  await office.goto(service.url("/office/people"));
  await office.locator("#new-name").fill(name);
  await office.locator('select[name="role"]').selectOption(role);
  await office.locator("form.new button.primary").click();
  const link = await office.locator("#link code").innerText();
  await office.reload();
  assert.equal(await office.locator("#link").count(), 0, "the link is shown once");
  return link;
}

test("from nothing to a line that is answered, without touching a file", async () => {
  const began = performance.now();
  const page = await (await seeing.newContext({ locale: "fr-FR" })).newPage();
  await page.goto(service.url("/"));
  assert.match(await page.locator("main").innerText(), /pas encore ouvert/);
  assert.equal(await page.locator("#call").count(), 0);

  office = await trial.signIn(seeing, await service.invite("Sacha", "coordinator"));
  await office.goto(service.url("/office"));
  assert.match(await office.locator("main").innerText(), /Aucun plan en vigueur/);
  await office.locator("#new-lines").fill("Ligne d’écoute");
  await office.locator('form[action="/office/lines"] button').click();
  await office.waitForURL(/\/office\/lines\/ligne-d-ecoute$/);
  await field(office, "numbers").fill("01 99 00 08 05, +33199000805");
  await save(office);
  assert.match(await office.locator("#check").innerText(), /aucun défaut/);
  await putInForce();

  const listener = await trial.signIn(seeing, await bringIn("Camille", "listener"));
  await trial.ready(listener);
  const phone = new trial.Phone({ sip: service.sip, number: NUMBER });
  await trial.rings(listener);
  await trial.accept(listener);
  await phone.hears("tone", { where: (event) => event.hertz === 1000 });
  phone.hangUp();
  await trial.write(listener);
  assert.deepEqual([...office.problems, ...listener.problems], []);
  const seconds = (performance.now() - began) / 1000;
  console.log(`from nothing to an answered call: ${seconds.toFixed(1)} s`);
  assert.ok(seconds < 600);
  await listener.context().close();
});

test("a recording is heard before it is used, and then by callers", async () => {
  const file = join(service.data, "accueil.wav");
  await office.goto(service.url("/office/prompts"));
  writeFileSync(file, "no sound at all");
  const form = office.locator('form[action="/office/prompts/file"]');
  const upload = async (path) => {
    await form.locator('select[name="name"]').selectOption("greeting");
    await form.locator('input[name="file"]').setInputFiles(path);
    await form.locator("button").click();
  };
  await upload(file);
  assert.match(await office.locator(".notice.trouble").innerText(), /ni WAV, ni MP3/);
  assert.equal(await office.locator("#trial").count(), 0);

  await upload(trial.microphone(700));
  const player = office.locator("#trial audio");
  await player.waitFor();
  const seconds = await player.evaluate(
    (audio) => new Promise((tell) => (audio.duration > 0 ? tell(audio.duration) : (audio.onloadedmetadata = () => tell(audio.duration)))),
  );
  assert.ok(Math.abs(seconds - 2) < 0.2, `${seconds} s`);
  const heard = async (hertz) => {
    const phone = new trial.Phone({ sip: service.sip, number: NUMBER }, { expect: [hertz] });
    const found = await phone.hears("tone", { within: 5_000, where: (event) => event.hertz === hertz }).then(() => true, () => false);
    phone.hangUp();
    await phone.gone;
    return found;
  };
  assert.equal(await heard(700), false, "nobody hears what was not accepted");
  await office.locator('#trial button[value="use"]').click();
  await office.locator("#trial").waitFor({ state: "detached" });
  assert.equal(await heard(700), true);
  // The message that came with the program is there again once the service's own is taken out.
  await office.locator('form[action="/office/prompts/remove"] button').click();
  await office.locator('form[action="/office/prompts/remove"]').waitFor({ state: "detached" });
  assert.equal(await heard(700), false);
});

test("a text is read by a voice of the machine, where there is one", async (t) => {
  await office.goto(service.url("/office/prompts"));
  const form = office.locator('form[action="/office/prompts/voice"]');
  if ((await form.count()) === 0) {
    assert.match(await office.locator("#from-text").innerText(), /espeak-ng/);
    t.diagnostic("this machine has no voice");
    return;
  }
  await form.locator('input[name="new"]').fill("Accueil de nuit");
  await form.locator('textarea[name="words"]').fill("Bonjour, vous êtes bien sur la ligne de nuit.");
  await form.locator("button").click();
  await office.locator('#trial button[value="use"]').click();
  assert.match(await office.locator("table.prompts").first().innerText(), /Accueil de nuit[\s\S]*voix de synthèse/);
  await office.goto(service.url("/office/flows/ligne-d-ecoute"));
  const step = office.locator("#step-accueil");
  await step.locator("summary").click();
  await step.locator('select[name="prompt"]').selectOption({ label: "Accueil de nuit" });
  await step.locator('button[value="save"]').click();
  await putInForce();
  // What a flow says is not taken out under it.
  await office.goto(service.url("/office/prompts"));
  await office.locator('form[action="/office/prompts/remove"] button').first().click();
  assert.match(await office.locator(".notice.trouble").innerText(), /sert encore/);
});

test("what is wrong is said while it is typed, and is not put in force", async () => {
  await office.goto(service.url("/office/flows/ligne-d-ecoute"));
  const before = await office.locator("svg.flow .step").count();
  assert.ok(before >= 4);
  const step = office.locator("#step-accueil");
  await step.locator("summary").click();
  // The greeting leads back to itself: a caller would hear it for ever.
  await step.locator('select[name="next"]').selectOption("accueil");
  await office.locator("#check .faults").waitFor();
  assert.match(await office.locator("#check").innerText(), /tournerait en rond/);
  await step.locator('button[value="save"]').click();
  assert.ok((await office.locator("svg.flow [data-fault]").count()) > 0, "the picture shows where");
  await office.goto(service.url("/office"));
  assert.ok(await office.locator('form[action="/office/plan/in-force"] button.primary').isDisabled());
  // A page that is old, or a program, is refused all the same.
  const forced = await office.evaluate(async () => {
    const pairs = new URLSearchParams(new FormData(document.querySelector('form[action="/office/plan/in-force"]')));
    return (await fetch("/office/plan/in-force", { method: "POST", body: pairs })).status;
  });
  assert.equal(forced, 422);
  // What is in force is untouched: a caller is greeted.
  const phone = new trial.Phone({ sip: service.sip, number: NUMBER });
  await phone.hears("sound");
  phone.hangUp();
  // What cannot be taken back is pressed twice.
  await office.locator('button[formaction="/office/plan/drop"]').click();
  await office.locator('button[formaction="/office/plan/drop"][data-armed]').click();
  await office.locator(".notice.draft").waitFor({ state: "detached" });
});

test("two people change the same line: the second is told, and nothing is lost", async () => {
  const other = await office.context().newPage();
  for (const page of [office, other]) await page.goto(service.url("/office/lines/ligne-d-ecoute"));
  await field(office, "audience").fill("soignant·es");
  await save(office);
  await field(other, "queue_limit").fill("50");
  await save(other);
  assert.match(await other.locator(".notice.trouble").innerText(), /Quelqu’un d’autre/);
  assert.equal(await field(other, "audience").inputValue(), "soignant·es", "what is recorded is shown, not what would overwrite it");
  await office.goto(service.url("/office/lines/ligne-d-ecoute"));
  assert.equal(await field(office, "audience").inputValue(), "soignant·es");
  assert.equal(await field(office, "queue_limit").inputValue(), "200");
  await other.close();
});

test("text that is too large or cannot be read is refused with its line; a plan goes out, comes back, and is rolled back", async () => {
  await office.goto(service.url("/office"));
  const send = (toml) =>
    office.evaluate(async (toml) => {
      const answer = await fetch("/office/plan/import", { method: "POST", body: new URLSearchParams({ toml }) });
      return { status: answer.status, text: await answer.text() };
    }, toml);
  const large = await send("# ".padEnd(10_000_000, "x"));
  assert.equal(large.status, 413);
  const broken = await send("version = 1\n[line.a]\nname = 3\n");
  assert.equal(broken.status, 422);
  assert.match(broken.text, /ligne 3/);
  const mars = await send((await (await office.request.get(service.url("/office/plan.toml"))).text()).replace("Europe/Paris", "Mars/Olympus"));
  assert.equal(mars.status, 422);
  assert.match(mars.text, /fuseau horaire/);

  const plan = await (await office.request.get(service.url("/office/plan.toml"))).text();
  assert.equal((await send(plan.replace("soignant·es", "étudiant·es"))).status, 200);
  await putInForce();
  assert.match(await (await office.request.get(service.url("/office/plan.toml"))).text(), /étudiant·es/);
  await office.locator('form[action="/office/plan/back"] button').first().click();
  await office.waitForLoadState();
  assert.doesNotMatch(await (await office.request.get(service.url("/office/plan.toml"))).text(), /étudiant·es/);
  // What is in force is untouched: a caller is greeted.
  const phone = new trial.Phone({ sip: service.sip, number: NUMBER });
  await phone.hears("sound");
  phone.hangUp();
});

test("the rota is what routes: a shift that is swapped changes who rings", async () => {
  // A queue that only those on shift serve.
  await office.goto(service.url("/office/queues/ligne-d-ecoute"));
  await field(office, "extras").uncheck();
  await save(office);
  await putInForce();
  const [one, other] = [await trial.signIn(seeing, await bringIn("Alix", "listener")), await trial.signIn(seeing, await bringIn("Dominique", "listener"))];
  const clock = (minutes) => new Date(Date.now() + minutes * 60_000).toLocaleTimeString("fr-FR", { timeZone: "Europe/Paris", hour: "2-digit", minute: "2-digit" });
  const day = (minutes) => new Date(Date.now() + minutes * 60_000).toLocaleDateString("sv-SE", { timeZone: "Europe/Paris" });
  await office.goto(service.url("/rota"));
  assert.match(await office.locator("main").innerText(), /découvertes[\s\S]*personne/);
  await field(office, "who").selectOption({ label: "Alix" });
  await field(office, "day").fill(day(-30));
  await field(office, "from").fill(clock(-30));
  await field(office, "to").fill(clock(300));
  await office.locator('form[action="/rota/shifts"] button').click();
  await office.locator(".shifts strong", { hasText: "Alix" }).first().waitFor();
  // The same again is refused, and says why.
  await field(office, "who").selectOption({ label: "Alix" });
  await field(office, "day").fill(day(-30));
  await field(office, "from").fill(clock(-30));
  await field(office, "to").fill(clock(300));
  await office.locator('form[action="/rota/shifts"] button').click();
  assert.match(await office.locator(".notice.trouble").innerText(), /a déjà une permanence/);

  const rung = async () => {
    const phone = new trial.Phone({ sip: service.sip, number: NUMBER });
    const who = await Promise.any([trial.rings(one).then(() => one), trial.rings(other).then(() => other)]);
    phone.hangUp();
    await who.locator("#accept").waitFor({ state: "detached" });
    return who === one ? "Alix" : "Dominique";
  };
  for (const page of [one, other]) {
    await page.goto(service.url("/desk"));
    await trial.ready(page);
  }
  assert.equal(await rung(), "Alix");
  const rota = async (page) => {
    const beside = await page.context().newPage();
    await beside.goto(service.url("/rota"));
    return beside;
  };
  const offering = await rota(one);
  await offering.locator('form[action="/rota/offer"] button').click();
  await offering.locator(".badge", { hasText: "proposée" }).first().waitFor();
  const taking = await rota(other);
  await taking.locator('form[action="/rota/take"] button').click();
  await taking.locator('form[action="/rota/offer"] button').waitFor();
  // Those who were rung and did not answer would rest; both are ready still, and only Dominique is on shift.
  assert.equal(await rung(), "Dominique");
  assert.equal(await rung(), "Dominique");
  assert.deepEqual([...office.problems, ...one.problems, ...other.problems], []);
});
