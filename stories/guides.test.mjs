// Guides: written with a preview, published, read by listeners and, where that is said, by everybody; found at the desk in a call.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { look } from "./look.mjs";
import * as trial from "./house.mjs";

let house;
let seeing;

before(async () => {
  house = await trial.House.open();
  seeing = await trial.browser(1000);
});

after(async () => {
  await seeing.close();
  await house.close();
});

const TEXT = `# En urgence

Appelez le [15](tel:15). **Ne raccrochez pas.**

| Qui | Numéro |
|---|---|
| Prévention du suicide | 3114 |

<script>document.title = "pwned"</script>
<img src="https://evil.test/x.png" onerror="document.title='pwned'">
[piège](javascript:document.title='pwned')
`;

/** Fills the form of a guide in and presses a button. */
async function write(page, { title, text, isPublic = false, review = "2099-01-31" }, button = "publish") {
  await page.locator("#title").fill(title);
  await page.locator("#guide-text").fill(text);
  await page.locator("#review_by").fill(review);
  await page.locator('input[name="public"]').setChecked(isPublic);
  await page.locator(`button[value="${button}"]`).click();
}

test("a guide is written with a preview, published to everybody, changed as a draft, and taken back", async () => {
  const page = await trial.signIn(seeing, house.sign_in.coordinator);
  await page.goto(house.url("/guides"));
  await page.locator('a[href="/guides/new"]').click();
  await page.locator("#title").fill("Conduite à tenir");
  await page.locator("#guide-text").fill(TEXT);
  // The preview follows what is typed, and nothing that is typed runs in it.
  await page.locator("#check h2", { hasText: "En urgence" }).waitFor();
  assert.match(await page.locator("#check").innerText(), /<script>/, "a tag is shown as it was typed");
  assert.equal(await page.locator("#check script, #check img, #check a[href^='javascript']").count(), 0);
  await look(page, "guide-edit");
  // What is published has somebody who keeps it.
  await page.locator("#review_by").fill("");
  await page.locator('button[value="publish"]').click();
  assert.match(await page.locator('[role="alert"]').innerText(), /revue/);
  assert.equal(await page.locator("#guide-text").inputValue(), TEXT.trim(), "nothing is lost");
  await write(page, { title: "Conduite à tenir", text: TEXT, isPublic: true });
  await page.locator("article h1", { hasText: "Conduite à tenir" }).waitFor();
  assert.doesNotMatch(await page.title(), /pwned/);
  await look(page, "guide-read");

  // Everybody reads it, without scripts.
  const context = await seeing.newContext({ javaScriptEnabled: false, locale: "fr-FR" });
  const visitor = await context.newPage();
  await visitor.goto(house.url("/annuaire"));
  await visitor.locator('footer a[href^="/annuaire/infos"]').click();
  await visitor.locator("ul.things a").first().click();
  assert.match(await visitor.locator("article").innerText(), /Ne raccrochez pas/);
  assert.doesNotMatch(await visitor.content(), /Sacha Démo/, "who keeps it stays in the house");
  assert.equal(await visitor.locator('.guide a[href="tel:15"]').count(), 1);
  const reader = await (await seeing.newContext({ locale: "fr-FR" })).newPage();
  await reader.goto(house.url("/annuaire/infos/1"));
  await look(reader, "guide-public");
  await reader.goto(house.url("/annuaire/infos"));
  await look(reader, "guide-public-list");
  await reader.context().close();
  assert.deepEqual(await context.cookies(), []);

  // A draft is read by nobody; two who write at once are told.
  await page.locator('a[href="/guides/1/edit"]').click();
  const other = await page.context().newPage();
  await other.goto(house.url("/guides/1/edit"));
  await write(page, { title: "Conduite à tenir", text: "Une nouvelle version, pas encore relue.", isPublic: true }, "draft");
  await page.locator(".things .badge", { hasText: "brouillon" }).first().waitFor();
  await visitor.reload();
  assert.match(await visitor.locator("article").innerText(), /Ne raccrochez pas/);
  await write(other, { title: "Conduite à tenir", text: "Écrit en même temps.", isPublic: true });
  assert.match(await other.locator('[role="alert"]').innerText(), /entre-temps/);
  assert.equal(await other.locator("#guide-text").inputValue(), "Écrit en même temps.");
  await other.close();
  // An earlier version, begun from again.
  await page.goto(house.url("/guides/1/versions/1"));
  await page.locator('a[href="/guides/1/edit?from=1"]').click();
  assert.equal(await page.locator("#guide-text").inputValue(), TEXT.trim());
  await page.goto(house.url("/guides/1/edit"));
  await look(page, "guide-versions");

  // Taken back, it is gone for everybody.
  await page.locator('button[value="withdraw"]').click();
  await page.locator('button[value="withdraw"]').click();
  await page.locator(".badge", { hasText: "retirée" }).first().waitFor();
  assert.equal((await fetch(house.url("/annuaire/infos/1"))).status, 404);
  await page.context().close();
  await context.close();
});

test("a guide for listeners is found in a call, with typing errors, and never by the public", async () => {
  const office = await trial.signIn(seeing, await house.invite("coordinator"));
  await office.goto(house.url("/guides/new"));
  await write(office, { title: "Arrêt de travail", text: "Le médecin traitant le prescrit ; la carence est de trois jours." });
  await office.locator("article h1").waitFor();
  const id = office.url().split("/").at(-1);
  assert.equal((await fetch(house.url(`/annuaire/infos/${id}`))).status, 404);
  assert.ok(!(await (await fetch(house.url("/annuaire/infos"))).text()).includes("Arrêt de travail"));
  // One whose date has passed says so.
  await office.goto(house.url("/guides/new"));
  await write(office, { title: "Numéros de garde", text: "Voir l’affiche.", review: "2020-01-31" });
  await office.goto(house.url("/guides"));
  assert.match(await office.locator(".notice").innerText(), /à revoir\s: 1/);
  await look(office, "guides");
  await office.goto(house.url("/guides?text=carense"));
  assert.match(await office.locator("ul.things").innerText(), /Arrêt de travail/);
  await office.context().close();

  const page = await trial.desk(seeing, house);
  await trial.ready(page);
  const phone = new trial.Phone(house, { number: "0199000807" });
  await trial.rings(page);
  await trial.accept(page);
  await trial.talks(page);
  await page.locator("#search-text").pressSequentially("arret de travial");
  const found = page.locator("#guides-found a", { hasText: "Arrêt de travail" });
  await found.waitFor();
  assert.equal(await found.getAttribute("target"), "_blank", "a call is not left");
  await look(page, "desk-guides");
  const [guide] = await Promise.all([page.context().waitForEvent("page"), found.click()]);
  await guide.locator("article").waitFor();
  assert.match(await guide.locator("article").innerText(), /trois jours/);
  assert.equal((await guide.goto(house.url(`/guides/${id}/edit`))).status(), 403, "a listener reads and does not write");
  await guide.close();
  phone.hangUp();
  await trial.write(page);
  await page.context().close();
});
