// What comes of a call: the record, and where the caller is sent on to.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as trial from "./house.mjs";

let house, listening;

before(async () => {
  house = await trial.House.open();
  listening = await trial.browser(1000);
});
after(async () => {
  await listening?.close();
  await house?.close();
});

test("a call of grade 3 from the Grand Est ends with a GP and a psychiatrist of the place, by keyboard, within a minute", async () => {
  const page = await trial.desk(listening, house);
  await trial.ready(page);
  const phone = new trial.Phone(house);
  await trial.rings(page);
  await trial.accept(page);
  await trial.talks(page);
  const given = page.locator("#part-reorientation .entry.given");
  const begun = performance.now();

  await trial.tabTo(page, "#f-place", "r");
  await page.keyboard.type("eims");
  await page.locator("#f-place-list option").first().waitFor({ state: "attached" });
  await page.keyboard.press("Shift+Tab");
  assert.match(await page.locator("#f-place").inputValue(), /^Reims \(511?0/, "going on takes the likeliest place");
  await trial.tabTo(page, 'input[name="grade"]', "Space");
  for (let times = 0; times < 3; times += 1) await page.keyboard.press("ArrowDown");
  assert.ok(await page.locator('input[name="grade"][value="3"]').isChecked());
  await page.locator('#part-reorientation [data-nth="4"]').waitFor();
  const headings = await page.locator("#part-reorientation .kind-head h3").allInnerTexts();
  assert.match(headings.join(), /généraliste/i);
  // The first of each list: three general practitioners have the keys 1 to 3, three psychiatrists 4 to 6.
  await page.keyboard.press("1");
  await trial.until("one is given", async () => (await given.count()) === 1);
  await page.keyboard.press("4");
  await trial.until("both are given", async () => (await given.count()) === 2);
  const told = await given.allInnerTexts();
  assert.match(told.join("\n"), /généraliste[^]*psychiatre/i);

  await trial.end(page);
  await page.locator('.status[data-presence="wrapping-up"]').waitFor();
  await page.keyboard.press("Control+Enter");
  await page.locator('.status[data-presence="ready"], .status[data-presence="paused"]').waitFor();
  const took = (performance.now() - begun) / 1000;
  assert.ok(took < 60, `from the first key to the closed record: ${took} s`);
  await phone.hears("hung_up");
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("a name with a typing error is found with two keys, narrowed, walked with the arrows, and given", async () => {
  const page = await trial.desk(listening, house);
  await trial.ready(page);
  const phone = new trial.Phone(house);
  await trial.rings(page);
  await trial.accept(page);
  await trial.talks(page);
  await page.locator("#search-text").waitFor();
  await page.keyboard.press("r");
  await page.keyboard.type("proottype");
  const found = page.locator("#search-found .entry");
  await found.first().waitFor();
  assert.match(await found.first().innerText(), /Prototype/);
  assert.match(await found.first().innerText(), /nom approchant/);
  await page.locator("#search-kind").selectOption("psychiatrist");
  await trial.until("only psychiatrists are left", async () =>
    (await found.locator("strong + .hint").allInnerTexts()).every((kind) => kind === "Psychiatre"),
  );
  await page.locator("#search-text").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  const second = await found.nth(1).locator("strong").innerText();
  await page.keyboard.press("Enter");
  await page.locator("#part-reorientation .entry.given").waitFor();
  assert.match(await page.locator("#part-reorientation .entry.given").innerText(), new RegExp(second.replace(/[()]/g, ".")));
  assert.equal(await page.locator("#search-text").inputValue(), "proottype", "what was typed stays");

  await page.locator("#search-text").fill("zzzzzz");
  await page.locator("#search-results .empty").waitFor();
  // A page that is loaded anew in the talk shows what was given, from the store.
  await page.reload();
  await page.locator("#part-reorientation .entry.given").waitFor();
  phone.hangUp();
  await page.locator('.status[data-presence="wrapping-up"]').waitFor();
  await trial.write(page);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("a keeper adds an entry, a listener finds it at once, of two who change it the second is told, and what is taken out is gone", async () => {
  const page = await trial.signIn(listening, house.sign_in.coordinator);
  await page.goto(house.url("/directory/new"));
  await page.locator("#name").fill("Cabinet Zéphyr");
  await page.locator('input[name="kind"][value="psychologist"]').check();
  await page.locator('input[name="location.0.address"]').fill("3, rue de la Démonstration");
  await page.locator('input[name="location.0.place"]').fill("Lieu-qui-n’existe-pas");
  await page.locator('input[name="contact.0.value"]').fill("03 53 01 77 77");
  await page.locator("#hours-0").fill("9h-12h30, 14h-18h");
  await page.locator("#notes").fill("Rappelle toujours le soir.");
  await page.locator('form[action="/directory/entry"] button.primary').click();
  assert.match(await page.locator('[role="alert"]').innerText(), /Lieu inconnu/);
  assert.equal(await page.locator('input[name="contact.0.value"]').inputValue(), "03 53 01 77 77", "what was written stays");
  await page.locator('input[name="location.0.place"]').fill("57000");
  await page.locator('form[action="/directory/entry"] button.primary').click();
  await page.waitForURL(/entry\?id=own/);
  assert.match(await page.locator('input[name="location.0.place"]').inputValue(), /^Metz/);

  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.locator("#name").fill("Cabinet Zéphyr et associées");
  await other.locator('form[action="/directory/entry"] button.primary').click();
  await trial.until("the change is there", async () => (await other.locator("h1").innerText()).includes("associées"));
  await page.locator("#name").fill("Cabinet Autre");
  await page.locator('form[action="/directory/entry"] button.primary').click();
  assert.match(await page.locator('[role="alert"]').innerText(), /Quelqu’un d’autre/);

  const listener = await trial.signIn(listening, await house.invite());
  await listener.goto(house.url("/directory?text=zepyr"));
  await listener.locator("ul.things a", { hasText: "Cabinet Zéphyr et associées" }).click();
  assert.match(await listener.locator("main").innerText(), /Rappelle toujours le soir/);
  assert.equal(await listener.locator("form[action='/directory/entry']").count(), 0, "a listener changes nothing");

  await other.locator('form[action="/directory/remove"] button').click();
  await other.locator('form[action="/directory/remove"] button').click();
  await other.waitForURL(/\/directory$/);
  await listener.goto(house.url("/directory?text=zephyr"));
  assert.equal(await listener.locator("ul.things a", { hasText: "Zéphyr" }).count(), 0);
  await Promise.all([page, listener].map((one) => one.context().close()));
});

test("grade 5 walks the emergency procedure by keyboard: ticked off, the SAMU of the place, calls with and without consent", async () => {
  const page = await trial.desk(listening, house);
  await trial.ready(page);
  const phone = new trial.Phone(house);
  await trial.rings(page);
  await trial.accept(page);
  await trial.talks(page);
  const emergency = page.locator("#part-emergency");
  await trial.tabTo(page, "#f-place", "r");
  await page.keyboard.type("eims");
  await page.locator("#f-place-list option").first().waitFor({ state: "attached" });
  await page.keyboard.press("Tab");
  assert.equal((await emergency.innerText()).trim(), "");
  await page.locator('#record input[name="grade"][value="5"]').check();
  await emergency.locator("h2").waitFor();
  assert.match(await emergency.locator(".help-calls").innerText(), /SAMU, Reims[^]*03\s?53/);
  const steps = emergency.locator(".ticked input");
  const many = await steps.count();
  for (let nth = 0; nth < many; nth += 1) {
    await steps.nth(nth).focus();
    await page.keyboard.press("Space");
    await trial.until("it is ticked", async () => new RegExp(`: ${nth + 1} sur`).test(await emergency.locator("[role=status]").innerText()));
  }
  assert.ok(await page.evaluate(() => document.activeElement?.id.startsWith("step-")), "the keyboard stays where it is");
  // One step was not taken after all.
  await page.keyboard.press("Space");
  await trial.until("it is taken back", async () => (await emergency.locator("[data-next]").count()) === 1);
  await page.locator("#help-15-yes").press("Enter");
  await page.locator('#help-15-yes[aria-pressed="true"]').waitFor();
  await page.locator("#help-17-no").press("Enter");
  await page.locator('#help-17-no[aria-pressed="true"]').waitFor();
  await page.locator("#help-15-no").press("Enter");
  await page.locator('#help-15-no[aria-pressed="true"]').waitFor();
  assert.equal(await page.locator("#help-15-yes").getAttribute("aria-pressed"), "false");
  // A page that is loaded anew shows what was done.
  await page.reload();
  await page.locator('#help-17-no[aria-pressed="true"]').waitFor();
  assert.equal(await emergency.locator(".ticked input:checked").count(), many - 1);
  phone.hangUp();
  await page.locator('.status[data-presence="wrapping-up"]').waitFor();
  await page.keyboard.press("Control+Enter");
  await page.locator('.status[data-presence="ready"], .status[data-presence="paused"]').waitFor();
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("a funded code is given in a call, redeemed by a professional, and refused the second time; the accounts say who is to be paid", async () => {
  const office = await trial.signIn(listening, await house.invite("coordinator"));
  await office.goto(house.url("/office/schemes/new"));
  await office.locator('[name="name.fr"]').fill("Consultations étudiantes");
  await office.locator("#price").fill("soixante");
  await office.locator("#audience").selectOption("students");
  await office.locator("#budget").fill("120");
  await office.locator("#room").fill("https://salle.example/{room}");
  await office.locator('button[value="save"]').click();
  assert.match(await office.locator('[role="alert"]').innerText(), /Donnez un prix/);
  assert.equal(await office.locator("#room").inputValue(), "https://salle.example/{room}", "what was written stays");
  await office.locator("#price").fill("60,00");
  await office.locator('button[value="save"]').click();
  await office.waitForURL(/schemes\/\d+\?saved/);

  const page = await trial.desk(listening, house);
  await trial.ready(page);
  const phone = new trial.Phone(house);
  await trial.rings(page);
  await trial.accept(page);
  await trial.talks(page);
  await page.locator("#f-profession").waitFor();
  const scheme = page.locator(".consultations .entry");
  assert.equal(await scheme.count(), 0, "it is for students, and nobody said that the caller is one");
  await page.locator("#f-profession").selectOption("student");
  await scheme.waitFor();
  await scheme.locator('[data-do="give_code"]').press("Enter");
  await page.locator("output.code").waitFor();
  const [code = ""] = await page.locator("output.code").allInnerTexts();
  assert.match(code, /^[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}$/);
  assert.match(await scheme.innerText(), /https:\/\/salle\.example\/[0-9a-f]{32}/);
  await scheme.locator('[data-do="give_code"]').click();
  await trial.until("two are given", async () => (await page.locator("output.code").count()) === 2);
  assert.equal(await scheme.locator('[data-do="give_code"]').count(), 0, "no more for one person");
  await page.locator('[data-do="take_back_code"]').nth(1).click();
  await trial.until("one is taken back", async () => (await page.locator("output.code").count()) === 1);
  await page.reload();
  await page.locator("output.code").waitFor();
  phone.hangUp();
  await page.locator('.status[data-presence="wrapping-up"]').waitFor();

  // The professional's own browser, without scripts.
  const context = await listening.newContext({ locale: "fr-FR", javaScriptEnabled: false });
  const other = await context.newPage();
  const redeem = async (/** @type {string} */ typed) => {
    await other.goto(house.url("/consultation"));
    await other.locator("#code").fill(typed);
    await other.locator("#professional").fill("=Dr Exemple");
    await other.locator("#identifier").fill("10001234567");
    await other.locator("button.primary").click();
  };
  await redeem(code.replace(/.$/, code.endsWith("2") ? "3" : "2"));
  assert.match(await other.locator('[role="alert"]').innerText(), /n’existe pas/);
  await redeem(` ${code.toLowerCase().replaceAll("-", " ")} `);
  assert.match(await other.locator('[role="status"]').innerText(), /Consultations étudiantes\s: 60\s€/);
  assert.match(await other.locator("main").innerText(), /https:\/\/salle\.example\/[0-9a-f]{32}/);
  await redeem(code);
  assert.match(await other.locator('[role="alert"]').innerText(), /déjà été enregistré/);
  assert.deepEqual([await context.cookies(), await other.evaluate(() => localStorage.length)], [[], 0]);
  await page.locator('[data-do="take_back_code"]').click();
  await scheme.locator('[role="alert"]', { hasText: "déjà été utilisé" }).waitFor();
  assert.equal(await page.locator("output.code").count(), 1, "what cannot be taken back stays in sight");
  await trial.write(page);

  await office.reload();
  const account = office.locator("#accounts");
  assert.match(await account.innerText(), /Codes donnés\s+1[^]*Consultations tenues\s+1[^]*=Dr Exemple\s+10001234567/);
  const file = await office.request.get(house.url(`${new URL(office.url()).pathname}/accounts.csv`));
  assert.match(await file.text(), /"'=Dr Exemple";"10001234567";"60\.00"/, "no cell begins a formula");
  await account.locator("button", { hasText: "60" }).click();
  assert.match(await account.innerText(), /réglé/);
  await Promise.all([page, office, other].map((one) => one.context().close()));
});
