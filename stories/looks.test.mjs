// What people see: no violation of WCAG 2.2 AA on any screen, in both themes, at 320 px and 1,440 px; nothing to scroll
// sideways. With SCREENSHOTS set to a folder, each screen is also drawn there, to be looked at.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as trial from "./house.mjs";
import { look } from "./look.mjs";

let house, seeing;

before(async () => {
  house = await trial.House.open({ robots: 2 });
  seeing = await trial.browser(1000);
});
after(async () => {
  await seeing?.close();
  await house?.close();
});

test("the call page, before and in a call", async () => {
  const context = await seeing.newContext({ permissions: ["microphone"], locale: "fr-FR" });
  const page = await context.newPage();
  await page.goto(house.url("/"));
  await look(page, "call");
  await page.locator("#call").click();
  await page.locator('#panel[data-state="talking"]').waitFor({ timeout: 30_000 });
  await look(page, "call-talking");
  await page.locator("#hang-up").click();
  await page.goto(house.url("/?lang=en"));
  await look(page, "call-english");
  await page.goto(house.url("/nowhere"));
  await look(page, "not-found");
  await context.close();
});

test("the call page helps when the microphone is refused", async () => {
  const context = await seeing.newContext({ permissions: [], locale: "fr-FR" });
  const page = await context.newPage();
  await page.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("refused", "NotAllowedError"));
  });
  await page.goto(house.url("/"));
  await page.locator("#call").click();
  await page.locator("#trouble:not([hidden])").waitFor();
  assert.match(await page.locator("#trouble").innerText(), /micro/i);
  await look(page, "call-refused");
  await context.close();
});

test("the desk: free, ringing, talking, writing", async () => {
  const busy = await trial.House.open();
  const page = await trial.desk(seeing, busy);
  await look(page, "desk-off");
  await trial.ready(page);
  await look(page, "desk-ready");
  const phone = new trial.Phone(busy, { number: "0199000807" });
  await trial.rings(page);
  await look(page, "desk-ringing");
  await trial.accept(page);
  await trial.talks(page);
  const form = page.locator("#part-record form#record");
  await form.locator('input[name="grade"][value="3"]').check();
  await form.locator("#f-place").pressSequentially("Saint-Ét");
  const place = page.locator("#f-place-list option").first();
  await place.waitFor({ state: "attached" });
  await form.locator("#f-place").fill(await place.getAttribute("value"));
  await page.locator('#part-reorientation [data-do="give"]').first().waitFor();
  await page.locator('#part-reorientation [data-do="give"]').first().click();
  await page.locator('#part-reorientation [data-do="take_back"]').first().waitFor();
  await look(page, "desk-talking");
  // Keys typed into the form are text and no shortcuts: the end is clicked here, and a second time to confirm.
  await page.locator('[data-do="end"]').click();
  await page.locator('[data-do="end"]').click();
  await page.locator('.status[data-presence="wrapping-up"]').waitFor();
  await form.locator('input[name="grade"][value="5"]').check();
  await trial.sleep(1500);
  await look(page, "desk-writing");
  await phone.hears("hung_up");
  await page.context().close();
  await busy.close();
});

test("the regulator's card, and the list of those who can take over", async () => {
  const page = await trial.desk(seeing, house, house.sign_in.regulator);
  await trial.ready(page);
  const phone = new trial.Phone(house, { number: "0199000810" });
  await trial.rings(page);
  await trial.accept(page);
  await trial.talks(page);
  await page.locator("#triage-words").fill("Seul depuis un mois.");
  await page.locator('#triage input[name="urgency"][value="2"]').check();
  await look(page, "desk-triage");
  await page.keyboard.press("t");
  await page.locator("#hand-over-to").waitFor();
  await look(page, "desk-hand-over");
  phone.hangUp();
  await trial.write(page);
  await page.context().close();
});

test("the board and the sign-in page", async () => {
  const page = await trial.desk(seeing, house, house.sign_in.supervisor);
  const phone = new trial.Phone(house, { number: "0199000807" });
  await phone.hears("tone");
  await page.goto(house.url("/board"));
  await look(page, "board");
  phone.hangUp();
  await page.goto(house.url("/figures"));
  await look(page, "figures");
  await page.goto(house.url("/figures?line=fermee&lang=en"));
  await look(page, "figures-empty");
  await page.goto(await house.invite());
  await look(page, "sign-in");
  await page.context().close();
});

test("the directory: searched, an entry that is read, and one that is kept", async () => {
  const office = await trial.House.open();
  const page = await trial.signIn(seeing, office.sign_in.coordinator);
  for (const [path, name] of [
    ["/directory", "directory"], ["/directory?place=Lyon&kind=psychologist&text=exempel", "directory-search"],
    ["/directory/entry?id=demo-0004", "directory-entry"], ["/directory/new", "directory-new"],
  ]) {
    assert.equal((await page.goto(office.url(path))).status(), 200);
    await look(page, name);
  }
  await page.locator('form[action="/directory/entry"] button[type="submit"]').click();
  await page.locator('[role="alert"]').waitFor();
  await look(page, "directory-faults");
  // A table on its way in: its columns, its first rows, what was found, and what looks alike afterwards.
  const rows = ["Nom;Profession;CP;Ville;Tél", "Cabinet Double;Psychologue;74000;Annecy;0465710801", "Double Cabinet;psyclinicien;74000;Annecy;0465710801", ";;;;"];
  await page.goto(office.url("/directory/import"));
  await page.locator('input[type="file"]').setInputFiles({ name: "adresses d’un réseau.csv", mimeType: "text/csv", buffer: Buffer.from(rows.join("\n")) });
  await page.locator('form[enctype] button').click();
  await look(page, "import-file");
  await page.locator('button[name="do"][value="import"]').click();
  await page.locator("#result").waitFor();
  await look(page, "import-result");
  await page.goto(office.url("/directory/import"));
  await look(page, "imports");
  await page.goto(office.url("/directory/duplicates?departement=74"));
  await page.locator("section.pair").first().waitFor();
  await look(page, "duplicates");
  await page.goto(office.url("/directory/freshness"));
  await look(page, "freshness");
  const listener = await trial.signIn(seeing, await office.invite());
  await listener.goto(office.url("/directory/entry?id=demo-0004"));
  await look(listener, "directory-read");
  await Promise.all([page, listener].map((one) => one.context().close()));
  await office.close();
});

test("the office: lines, flows, queues, messages, people and the rota", async () => {
  const office = await trial.House.open();
  const page = await trial.desk(seeing, office, office.sign_in.coordinator);
  const post = (path, fields) =>
    page.evaluate(
      async ([path, fields]) => (await fetch(path, { method: "POST", body: new URLSearchParams(fields) })).status,
      [path, fields],
    );
  await page.goto(office.url("/rota"));
  const monday = (await page.locator('input[name="week"]').first().inputValue()).split("-").map(Number);
  const day = (ahead) => new Date(Date.UTC(monday[0], monday[1] - 1, monday[2] + ahead)).toISOString().slice(0, 10);
  for (const [who, ahead, from, to, duty] of [
    [1, 7, "08:00", "16:00", "on_shift"], [2, 7, "12:00", "20:00", "on_shift"], [3, 7, "20:00", "08:00", "on_call"],
    [1, 9, "22:00", "06:00", "on_shift"],
  ]) {
    const fields = { who: `${who}`, queue: "ecoute", duty, day: day(ahead), from, to, weekly: "on" };
    assert.equal(await post("/rota/shifts", fields), 200);
  }
  const looks = [
    ["/office", "office"], ["/office/lines/ecoute", "office-line"], ["/office/flows/choix", "office-flow"],
    ["/office/queues/ecoute", "office-queue"], ["/office/care/rules", "office-care"], ["/office/prompts", "office-prompts"],
    ["/office/protocol", "office-protocol"], ["/office/protocol/fields/setting", "office-field"],
    ["/office/protocol/fields/urgency", "office-scale"], ["/office/protocol/sections/caller", "office-section"],
    ["/office/protocol/rules", "office-rules"], ["/office/protocol/emergency", "office-emergency"],
    ["/office/people", "office-people"], ["/office/people/1", "office-person"], ["/office/trunks", "office-trunks"], [`/rota?week=${day(7)}`, "rota"],
  ];
  for (const [path, name] of looks) {
    assert.equal((await page.goto(office.url(path))).status(), 200);
    await look(page, name);
  }
  // A flow with a fault: the list, the picture and the step that is wrong.
  await page.goto(office.url("/office/flows/choix"));
  const step = page.locator("#step-accueil");
  await step.locator("summary").click();
  await step.locator('select[name="next"]').selectOption("accueil");
  await step.locator('button[value="save"]').click();
  await page.locator("svg.flow [data-fault]").first().waitFor();
  await look(page, "office-flow-faulty");
  await page.goto(office.url("/office"));
  await look(page, "office-draft");
  // A form with a fault, and with a field fewer.
  const was = await (await page.goto(office.url("/office/protocol/fields/age_band"))) && (await page.locator('input[name="was"]').inputValue());
  assert.equal(await post("/office/protocol/fields/age_band", { was, do: "save", "label.fr": "Âge", required: "grades", "required.grade": "4", shown_when: "grade>2" }), 200);
  await page.reload();
  await look(page, "office-field-faulty");
  await page.goto(office.url("/office/protocol"));
  await look(page, "office-protocol-draft");
  assert.deepEqual(page.problems, []);
  await page.context().close();
  await office.close();
});
