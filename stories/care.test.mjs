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
  const headings = await page.locator("#part-reorientation ul.entries").first().locator("xpath=preceding-sibling::h3").allInnerTexts();
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
