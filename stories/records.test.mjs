// Records after the call: finished later, amended with their history, written for a call taken elsewhere, found again, taken out
// as a file; and the at-risk signal from the listener's desk to the supervisor who closes it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as trial from "./house.mjs";

let house, seeing, desk, listener;

before(async () => {
  house = await trial.House.open();
  seeing = await trial.browser(1000);
  desk = await trial.desk(seeing, house);
  await trial.ready(desk);
  // The same listener, with the pages open beside the desk.
  listener = await desk.context().newPage();
});
after(async () => {
  await seeing?.close();
  await house?.close();
});

async function call(page = desk) {
  const phone = new trial.Phone(house);
  await trial.rings(page);
  await trial.accept(page);
  await trial.talks(page);
  await page.locator("#part-record form#record").waitFor();
  return phone;
}

const records = async (page) => {
  await page.goto(house.url("/records"));
  return page.locator("ul.things li");
};

test("a record of a call is closed at the desk, amended later, and keeps what it said", async () => {
  const phone = await call();
  await desk.locator('#record input[name="grade"][value="2"]').check();
  await desk.locator("#f-notes").fill("Épuisée par les gardes de nuit.");
  await desk.locator("#saved", { hasText: "Brouillon enregistré" }).waitFor();
  phone.hangUp();
  await desk.locator('#record [type="submit"]').waitFor();
  // The Enter key takes the likeliest place, and leaves the record open: what is written after it is saved.
  await desk.locator("#f-place").pressSequentially("roanne");
  await desk.locator("#f-place-list option").first().waitFor({ state: "attached" });
  await desk.keyboard.press("Enter");
  assert.match(await desk.locator("#f-place").inputValue(), /^Roanne \(42300\)/);
  await desk.locator("#f-notes").fill("Épuisée par les gardes de nuit, et seule.");
  await desk.locator("#saved", { hasText: "Brouillon enregistré" }).waitFor();
  await desk.keyboard.press("Control+Enter");
  await desk.locator('.status[data-presence="ready"]').waitFor();

  const list = await records(listener);
  assert.equal(await list.count(), 1);
  assert.match(await list.innerText(), /2 Dépression/);
  await list.locator("a").click();
  assert.match(await listener.locator("dl.told").innerText(), /gardes de nuit/);
  await listener.locator("#amend summary").click();
  await listener.locator('#amend input[name="grade"][value="3"]').check();
  await listener.locator("#amend #f-notes").fill("Épuisée ; à revoir avec la supervision.");
  await listener.locator("#reason").evaluate((field) => field.removeAttribute("required"));
  await listener.locator('#amend button[value="amend"]').click();
  assert.match(await listener.locator('[role="alert"]').innerText(), /Dites pourquoi/);
  assert.equal(await listener.locator("#amend #f-notes").inputValue(), "Épuisée ; à revoir avec la supervision.", "what was typed stays");
  await listener.locator("#reason").fill("Relue en supervision");
  await listener.locator('#amend button[value="amend"]').click();
  const history = await listener.locator("ol.history").innerText();
  assert.match(history, /Relue en supervision[^]*2 Dépression[^]*3 Épuisement professionnel/);
  assert.match(history, /gardes de nuit[^]*à revoir avec la supervision/);
  assert.match(await listener.locator("dl.told").innerText(), /3 Épuisement/);
});

test("the record of a call taken elsewhere is begun, saved, refused while it is not complete, and closed, without any script", async () => {
  const context = await seeing.newContext({ locale: "fr-FR", javaScriptEnabled: false, storageState: await desk.context().storageState() });
  const page = await context.newPage();
  await page.goto(house.url("/records/new"));
  await page.locator("#at").fill("1999-12-31T23:00");
  await page.locator("main form button").click();
  assert.match(await page.locator('[role="alert"]').innerText(), /moins d’un an/);
  const yesterday = new Date(Date.now() - 24 * 3_600_000).toISOString().slice(0, 16);
  await page.locator("#at").fill(yesterday);
  await page.locator("main form button").click();
  await page.waitForURL(/\/records\/\d+\/\d+$/);
  const path = new URL(page.url()).pathname;
  await page.locator("#f-notes").fill("Appelée sur mon téléphone.");
  await page.locator('input[name="place.text"]').fill("57000");
  await page.locator('button[value="close"]').click();
  assert.match(await page.locator("#error-grade").innerText(), /À remplir/);
  await page.locator('input[name="grade"][value="4"]').check();
  await page.locator('button[value="save"]').click();
  assert.ok(await page.locator('[data-field="urgency"]').isVisible(), "what the grade asks for is there once it is saved");
  assert.match(await page.locator('input[name="place.text"]').inputValue(), /^Metz/);
  // What was typed is not lost by a search, nor by what is given; the Enter key saves, and closes nothing.
  await page.locator("#f-notes").fill("Appelée sur mon téléphone, longtemps.");
  await page.locator("#look").fill("psychologue");
  await page.locator('button[value="look"]').click();
  assert.match(await page.locator("#f-notes").inputValue(), /longtemps/);
  await page.locator("#f-notes").fill("Appelée sur mon téléphone, très longtemps.");
  await page.locator('#give button[name="give.entry"]').first().click();
  assert.match(await page.locator("main").innerText(), /Adresses données[^]*\(démo\)/);
  assert.match(await page.locator("#f-notes").inputValue(), /très longtemps/);
  await page.locator('input[name="place.text"]').press("Enter");
  assert.match(await page.locator('main [role="status"]').first().innerText(), /Brouillon enregistré/);
  await page.locator('input[name="place.text"]').fill("Nulle-Part-en-Rien");
  await page.locator('button[value="save"]').click();
  assert.match(await page.locator("#error-place").innerText(), /n’est pas connu/);
  await page.locator('button[value="look"]').click();
  assert.equal(await page.locator('input[name="place.text"]').inputValue(), "Nulle-Part-en-Rien", "it stays, to be corrected");
  await page.locator('button[value="close"]').click();
  assert.match(await page.locator("#error-place").innerText(), /./);
  await page.locator('input[name="place.text"]').fill("Metz");
  await page.locator('button[value="close"]').click();
  assert.match(await page.locator("main").innerText(), /appel pris ailleurs[^]*4 Idéations suicidaires[^]*Metz/);

  // Found by a word of its notes, whose text stands in no address; not by others.
  await page.goto(house.url("/records"));
  await page.locator("#text").fill("telephone");
  await page.locator('form[role="search"] button.primary').click();
  assert.equal(new URL(page.url()).search, "");
  assert.equal(await page.locator("ul.things li").count(), 1);
  const colleague = await trial.signIn(seeing, await house.invite());
  await colleague.goto(house.url("/records"));
  assert.equal(await colleague.locator("ul.things li").count(), 0, "a colleague's records are their own");
  assert.equal((await colleague.goto(house.url(path)))?.status(), 404);
  const draft = await call();
  await desk.locator("#f-notes").fill("Pas encore fini.");
  await desk.locator("#saved", { hasText: "Brouillon enregistré" }).waitFor();
  const supervisor = await trial.signIn(seeing, await house.invite("supervisor"));
  const all = await records(supervisor);
  assert.equal(await all.count(), 2, "what is not closed is its writer's alone");
  draft.hangUp();
  await desk.locator('#record [type="submit"]').waitFor();
  await trial.write(desk);
  await supervisor.locator("#grade").selectOption("4");
  await supervisor.locator('form[role="search"] button.primary').click();
  assert.equal(await all.count(), 1);

  const post = (fields) => supervisor.request.post(house.url("/records.csv"), { form: fields });
  const file = await (await post({})).text();
  assert.match(file, /"4 Idéations suicidaires"/);
  assert.doesNotMatch(file, /mon téléphone/, "texts are left out unless they are asked for");
  assert.match(await (await post({ with_texts: "on" })).text(), /mon téléphone/);
  await Promise.all([context, colleague.context(), supervisor.context()].map((one) => one.close()));
});

test("a signal is raised from the desk, told to the supervisor at once, taken, acted on and closed; nothing is lost by a restart", async () => {
  const supervisor = await trial.desk(seeing, house, await house.invite("supervisor"));
  const list = supervisor.locator("#part-signals li");
  await supervisor.locator("#part-signals h2").waitFor();
  assert.equal(await list.count(), 0);
  const phone = await call();
  await desk.locator("#part-signal summary").click();
  await desk.locator("#signal-words").fill("Seule, moyens à portée.");
  await desk.locator("#signal-form button").click();
  await desk.locator("#part-signal [role=status]", { hasText: "la supervision est prévenue" }).waitFor();
  await list.first().waitFor();
  assert.match(await list.first().innerText(), /Nouveau[^]*Seule, moyens à portée/);
  await supervisor.locator("#spoken", { hasText: "Signalement" }).waitFor({ state: "attached" });
  // The alert key in the same call is the same signal.
  await desk.keyboard.press("s");
  await supervisor.locator('#part-supervision li[data-alert="true"]').waitFor();
  assert.equal(await list.count(), 1);
  await list.first().locator('[data-do="take_signal"]').click();
  await desk.locator("#part-signal [role=status]", { hasText: "s’en occupe" }).waitFor();

  const [page] = await Promise.all([supervisor.context().waitForEvent("page"), list.first().locator("a.button").click()]);
  await page.locator("#outcome").selectOption("emergency_services");
  await page.locator('button[value="act"]').click();
  assert.match(await page.locator('[role="alert"]').innerText(), /Dites ce qui a été fait/);
  assert.equal(await page.locator("#outcome").inputValue(), "emergency_services", "what was chosen stays chosen");
  await page.locator("#outcome").selectOption("");
  await page.locator("#words").fill("Le 15 a été appelé, une voisine est venue.");
  await page.locator('button[value="act"]').click();
  await trial.until("it is still open, with what was done", async () => /une voisine est venue/.test(await page.locator("ol.receipt").innerText()));
  // Something was said before: the outcome alone closes it.
  await page.locator("#outcome").selectOption("emergency_services");
  await page.locator('button[value="act"]').click();
  await page.locator("ol.receipt", { hasText: "Secours envoyés" }).waitFor();
  assert.equal(await page.locator("#words").count(), 0);
  await trial.until("the supervisor's desk has none left", async () => (await list.count()) === 0);
  phone.hangUp();
  await desk.locator('.status[data-presence="wrapping-up"]').waitFor();
  await trial.write(desk);
  // The record names it; whoever oversees gets there by it.
  await page.reload();
  await page.locator('a[href^="/records/"]', { hasText: "La fiche" }).click();
  await page.locator("main a", { hasText: "signalement clos : Secours envoyés" }).click();
  await page.waitForURL(/\/signals\/\d+/);
  assert.deepEqual([...supervisor.problems, ...desk.problems], []);
  await supervisor.context().close();
});

test("whoever has any page of the supervision open is told; while nobody has, the listener knows it", async () => {
  const phone = await call();
  await desk.keyboard.press("s");
  const told = desk.locator("#part-signal [role=status]");
  await told.filter({ hasText: "appelez vous-même" }).waitFor();
  const where = await desk.locator("#part-together").innerText();
  assert.match(where, /appelez vous-même/, "it stands where the key was pressed");
  assert.doesNotMatch(where, /arrive/, "nothing is promised that nobody promised");

  const supervisor = await trial.signIn(seeing, await house.invite("supervisor"));
  const other = await supervisor.context().newPage();
  await supervisor.waitForURL(/\/board/);
  const row = supervisor.locator("#part-signals li");
  await row.first().waitFor();
  assert.match(await row.first().innerText(), /Touche d’alerte/);
  assert.equal(await supervisor.locator("#tally .tally").innerText(), "1");
  await told.filter({ hasText: "la supervision est prévenue" }).waitFor();
  await other.goto(house.url("/figures"));
  await trial.until("the title of another page tells it", async () => /^\(1\)/.test(await other.title()));

  // A listener's board and bar say nothing of it.
  await listener.goto(house.url("/board"));
  assert.equal(await listener.locator("#part-signals").innerText(), "");
  assert.equal(await listener.locator("#tally").count(), 0);

  await row.first().locator('button[value="take"]').click();
  await supervisor.waitForURL(/\/signals\/\d+/);
  await told.filter({ hasText: "s’en occupe" }).waitFor();
  await trial.until("it is no longer due", async () => !/^\(/.test(await other.title()));
  assert.equal(await other.locator('#tally .tally[data-due="false"]').innerText(), "1");
  await desk.locator('#part-together [data-do="alert"]').waitFor();

  await supervisor.goto(house.url("/board"));
  await supervisor.locator("#part-signals li").waitFor();
  await other.goto(house.url("/signals"));
  await other.locator("main ul.things a").first().click();
  await other.locator("#words").fill("Une collègue a rejoint l’appel.");
  await other.locator("#outcome").selectOption("supported");
  await other.locator('button[value="act"]').click();
  await trial.until("the board follows by itself", async () => (await row.count()) === 0);
  assert.equal(await supervisor.locator("#tally").innerText(), "");

  // Raised anew while the board stands there, it is told within a moment, aloud to a screen reader too.
  await desk.keyboard.press("s");
  await row.first().waitFor();
  await supervisor.locator("#told p:not([hidden])", { hasText: "Une situation à risque" }).waitFor({ state: "attached" });
  await other.goto(house.url("/figures"));
  await other.locator("#told a").waitFor();
  await other.locator("#told a").click();
  await other.waitForURL(/\/signals$/);
  phone.hangUp();
  await trial.write(desk);
  assert.deepEqual([...supervisor.problems, ...desk.problems], []);
  await supervisor.context().close();
});
