// The form of the care record is data: a coordinator changes it in the office, the next call is written with it, and records
// that were begun before go on with their own.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as trial from "./house.mjs";

let house, seeing, office, page;

before(async () => {
  house = await trial.House.open();
  seeing = await trial.browser(1000);
  // Forms of the office need no script: this coordinator's browser runs none.
  const context = await seeing.newContext({ locale: "fr-FR", javaScriptEnabled: false });
  office = await context.newPage();
  await office.goto(house.sign_in.coordinator);
  await office.locator('main form[method="post"] button').click();
  await office.waitForURL(/\/board/);
  page = await trial.desk(seeing, house);
  await trial.ready(page);
});
after(async () => {
  await seeing?.close();
  await house?.close();
});

const record = (within) => within.locator("#part-record form#record");
const field = (within, key) => record(within).locator(`[data-field="${key}"]`);
const saved = (within) => within.locator("#saved", { hasText: "Brouillon enregistré" }).waitFor();
const grade = (within, number) => record(within).locator(`input[name="grade"][value="${number}"]`).check();
const protocol = () => office.goto(house.url("/office/protocol"));

/** How many records have answered a field, as the page of the field says. */
async function answered(key) {
  await office.goto(house.url(`/office/protocol/fields/${key}`));
  const told = (await office.locator("main").innerText()).match(/répondu à ce champ\s: (\d+)/);
  return Number(told?.[1] ?? 0);
}

async function putInForce() {
  await protocol();
  await office.locator('form[action="/office/protocol/in-force"] button.primary').click();
  await office.locator(".notice.draft").waitFor({ state: "detached" });
}

async function call(desk = page) {
  const phone = new trial.Phone(house, { number: "0199000807" });
  await trial.rings(desk);
  await trial.accept(desk);
  await trial.talks(desk);
  await record(desk).waitFor();
  return phone;
}

async function hangUpAndClose(phone) {
  phone.hangUp();
  await record(page).locator('[type="submit"]').waitFor();
  await page.keyboard.press("Control+Enter");
  await page.locator('.status[data-presence="ready"]').waitFor();
}

test("fields are shown at once by what is answered, and what is hidden is not kept", async () => {
  const phone = await call();
  assert.ok(await field(page, "addiction").isHidden() && (await field(page, "urgency").isHidden()));
  await grade(page, 4);
  await field(page, "urgency").locator('input[value="2"]').check();
  await field(page, "addiction").locator("input").check();
  await saved(page);
  await grade(page, 0);
  assert.ok(await field(page, "addiction").isHidden() && (await field(page, "urgency").isHidden()));
  // A wrong choice does not cost what was answered below it.
  await grade(page, 4);
  assert.ok(await field(page, "urgency").locator('input[value="2"]').isChecked());
  await grade(page, 1);
  await field(page, "setting").locator("select").selectOption("clinic");
  await record(page).locator("#f-notes").fill("Fatigue.");
  await saved(page);
  await hangUpAndClose(phone);
  await trial.until("the record is closed without what was hidden", async () => (await answered("urgency")) === 0);
  assert.deepEqual([await answered("setting"), await answered("addiction"), await answered("notes")], [1, 1, 1]);
});

test("a form that is changed is that of the next record; one that was begun goes on with its own", async () => {
  const phone = await call();
  await grade(page, 3);
  await field(page, "setting").locator("select").selectOption("care_home");
  await saved(page);

  // A field that records have answered is taken out, and what they said is not lost: the office says so twice.
  await office.goto(house.url("/office/protocol/fields/setting"));
  assert.match(await office.locator("main").innerText(), /répondu à ce champ\s: 2/);
  await office.locator('button[name="do"][value="remove"]').click();
  assert.match(await office.locator(".notice.draft").innerText(), /«\sLieu d’exercice\s» n’est plus demandé[^\n]*: 2/);
  // A new one, for grave calls alone.
  await office.locator("#new-field").fill("Rappel convenu ?");
  await office.locator('select[name="kind"]').selectOption("tick");
  await office.locator('select[name="section"]').selectOption("outcome");
  await office.locator('button[name="what"][value="field"]').click();
  assert.match(office.url(), /\/fields\/rappel_convenu$/);
  await office.locator("#shown-when").selectOption("grade>4");
  await office.locator('input[name="required"][value="grades"]').check();
  await office.locator('input[name="required.grade"][value="5"]').check();
  await office.locator('[name="label.en"]').fill("Call back agreed?");
  await office.locator('button[name="do"][value="save"]').click();
  assert.match(await office.locator("#check").first().innerText(), /aucun défaut/);
  await protocol();
  assert.match(await office.locator("#field-rappel_convenu").innerText(), /nécessaire aux classes 5 · si «\sClasse\s» vaut 4 ou plus/);
  await putInForce();
  assert.match(await office.locator("main").innerText(), /Version n° 2 en vigueur/);

  // The record that is open, on this page and on one that is opened anew.
  assert.equal(await field(page, "rappel_convenu").count(), 0);
  await page.reload();
  await record(page).waitFor();
  await trial.until("what was saved is back", async () => (await field(page, "setting").locator("select").inputValue()) === "care_home");
  assert.equal(await field(page, "rappel_convenu").count(), 0);
  await trial.until("the voice is back", () => page.evaluate(() => document.querySelector("#sound-trouble")?.hidden !== false));
  await hangUpAndClose(phone);

  const next = await call();
  assert.equal(await field(page, "setting").count(), 0);
  assert.ok(await field(page, "rappel_convenu").isHidden());
  await grade(page, 5);
  await field(page, "rappel_convenu").waitFor();
  next.hangUp();
  await record(page).locator('[type="submit"]').waitFor();
  await page.keyboard.press("Control+Enter");
  assert.match(await page.locator("#error-rappel_convenu").innerText(), /À remplir/);
  await field(page, "rappel_convenu").locator("input").check();
  await page.keyboard.press("Control+Enter");
  await page.locator('.status[data-presence="ready"]').waitFor();
  await trial.until("the answer is there", async () => (await answered("rappel_convenu")) === 1);
});

test("an earlier form is put back, and the field that was taken out is asked again", async () => {
  await protocol();
  await office.locator('form[action="/office/protocol/back"] button').click();
  assert.match(await office.locator("main").innerText(), /Version n° 1 en vigueur/);
  const phone = await call();
  await field(page, "setting").waitFor();
  assert.equal(await field(page, "rappel_convenu").count(), 0);
  assert.equal(await answered("setting"), 2, "what earlier records say is untouched");
  await grade(page, 0);
  await hangUpAndClose(phone);
});

test("what is wrong is said, seen before it is saved, and not put in force; of two who change a field the second is told", async () => {
  const [one, other] = [await trial.signIn(seeing, await house.invite("coordinator")), await trial.signIn(seeing, await house.invite("coordinator"))];
  for (const each of [one, other]) await each.goto(house.url("/office/protocol/fields/age_band"));
  await one.locator('[name="label.fr"]').fill("Âge, à peu près :");
  // The preview follows what is typed, and is drawn as the desk draws it.
  await one.locator('.preview label[for="f-age_band"]', { hasText: "Âge, à peu près\u00a0:" }).waitFor();
  await one.locator('[name="option.0.key"]').fill("Pas une clé");
  await one.locator("#check .faults", { hasText: "n’a pas de clé valable" }).waitFor();
  await one.locator('.preview input[name="grade"][value="5"]').check();
  await one.locator('.preview [data-field="urgency"]').waitFor();
  await one.locator('button[name="do"][value="save"]').click();
  await other.locator('[name="label.en"]').fill("Years");
  await other.locator('button[name="do"][value="save"]').click();
  assert.match(await other.locator(".notice.trouble").innerText(), /Quelqu’un d’autre/);
  assert.equal(await other.locator('[name="label.fr"]').inputValue(), "Âge, à peu près :");
  await one.goto(house.url("/office/protocol"));
  assert.ok(await one.locator('form[action="/office/protocol/in-force"] button.primary').isDisabled());
  const forced = await one.evaluate(async () => {
    const pairs = new URLSearchParams(new FormData(document.querySelector('form[action="/office/protocol/in-force"]')));
    return (await fetch("/office/protocol/in-force", { method: "POST", body: pairs })).status;
  });
  assert.equal(forced, 422);
  assert.deepEqual([...one.problems, ...other.problems], []);
  for (const each of [one, other]) await each.context().close();
});

test("a form goes out as text and comes back; what cannot be read is refused with its line", async () => {
  const coordinator = await trial.signIn(seeing, await house.invite("coordinator"));
  await coordinator.goto(house.url("/office/protocol"));
  const send = (toml) =>
    coordinator.evaluate(async (toml) => {
      const answer = await fetch("/office/protocol/import", { method: "POST", body: new URLSearchParams({ toml }) });
      return { status: answer.status, text: await answer.text() };
    }, toml);
  const text = async () => (await coordinator.request.get(house.url("/office/protocol.toml"))).text();
  const before = await text();
  const broken = await send(before.replace('kind = "tick"', 'kind = "tock"'));
  assert.equal(broken.status, 422);
  assert.match(broken.text, /ligne \d+/);
  assert.equal((await send("# ".padEnd(2_000_000, "x"))).status, 413);
  assert.equal(await text(), before);
  // A form without a grade is taken in as a draft and not put in force.
  assert.equal((await send('[form]\n[[form.section]]\nkey = "a"\nlabel = { fr = "A" }\n')).status, 200);
  await coordinator.goto(house.url("/office/protocol"));
  assert.match(await coordinator.locator(".notice.draft").innerText(), /aucune fiche ne pourrait être close/);
  assert.equal((await send(before.replace("Âge, à peu près :", "Âge").replace("Pas une clé", "under_18"))).status, 200);
  await coordinator.goto(house.url("/office/protocol"));
  assert.match(await coordinator.locator(".notice.draft").innerText(), /aucun défaut/);
  await coordinator.context().close();
  assert.deepEqual(page.problems, []);
});

test("rules and steps that are changed are followed in the next call", async () => {
  await office.goto(house.url("/office/protocol/rules"));
  const rule = office.locator("#rule-0 form");
  const chosen = rule.locator('[name="always"]:checked, [name="suggested"]:checked');
  while ((await chosen.count()) > 0) await chosen.first().uncheck();
  await rule.locator('[name="always"][value="psychiatrist"]').check();
  await rule.locator('[name="suggested"][value="general_practitioner"]').check();
  await rule.locator('[name="say.fr"]').fill("Proposez un rendez-vous cette semaine :");
  await rule.locator('button[value="save"]').click();
  // Without a rule for the gravest grade nothing is put in force.
  const last = office.locator('form:has(input[name="emergency"]:checked)');
  await last.locator('button[value="remove"]').click();
  assert.match(await office.locator(".faults").innerText(), /étapes d’urgence doivent être montrées/);
  await protocol();
  assert.ok(await office.locator('form[action="/office/protocol/in-force"] button.primary').isDisabled());
  await office.goto(house.url("/office/protocol/rules"));
  const more = office.locator("section.card").last().locator("form");
  await more.locator('input[name="grade"][value="5"]').check();
  await more.locator('input[name="emergency"]').check();
  await more.locator('button[value="save"]').click();
  await office.goto(house.url("/office/protocol/emergency"));
  await office.locator('[name="action.1.fr"]').fill("Levez la main : on vient.");
  await office.locator('[name="action.1.call"]').fill("cent-quatorze");
  await office.locator('button[value="save"]').click();
  assert.match(await office.locator("main").innerText(), /écrivez 15, 17, 18, 112, 114 ou samu/);
  await office.locator('[name="action.1.call"]').fill("114");
  await office.locator('button[value="save"]').click();
  await putInForce();

  const phone = await call();
  await grade(page, 5);
  const steps = page.locator("#part-emergency li");
  await steps.first().waitFor();
  assert.match(await steps.nth(1).innerText(), /Levez la main\s: on vient\. Appeler le 114/);
  await grade(page, 1);
  await page.locator("#part-reorientation .say", { hasText: "Proposez un rendez-vous cette semaine" }).waitFor();
  await record(page).locator("#f-place").pressSequentially("Saint-Étienne");
  const place = record(page).locator("#f-place-list option").first();
  await place.waitFor({ state: "attached" });
  await record(page).locator("#f-place").fill(String(await place.getAttribute("value")));
  await page.locator("#part-reorientation .kind-head h3").first().waitFor();
  const kinds = await page.locator("#part-reorientation .kind-head h3").allInnerTexts();
  assert.match(kinds.join(" "), /^Psychiatres? Médecins? généralistes?$/);
  await hangUpAndClose(phone);
  assert.deepEqual(page.problems, []);
});
