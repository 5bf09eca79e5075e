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

test("records, at-risk signals and funded consultations, with something in each", async () => {
  const office = await trial.House.open();
  const coordinator = await trial.signIn(seeing, office.sign_in.coordinator);
  await coordinator.goto(office.url("/office/schemes"));
  await look(coordinator, "schemes-empty");
  await coordinator.goto(office.url("/office/schemes/new"));
  await coordinator.locator('[name="name.fr"]').fill("Deux consultations pour chaque étudiant·e");
  await coordinator.locator('button[value="save"]').click();
  await look(coordinator, "scheme-faulty");
  await coordinator.locator("#price").fill("60");
  await coordinator.locator("#budget").fill("6 000");
  await coordinator.locator("#room").fill("https://salle.example/{room}");
  await coordinator.locator('button[value="save"]').click();
  await coordinator.waitForURL(/schemes\/\d+\?saved/);

  const page = await trial.desk(seeing, office);
  await trial.ready(page);
  const phone = new trial.Phone(office);
  await trial.rings(page);
  await trial.accept(page);
  await trial.talks(page);
  await page.locator('#record input[name="grade"][value="5"]').check();
  await page.locator("#f-place").pressSequentially("Reims");
  await page.locator("#f-place-list option").first().waitFor({ state: "attached" });
  await page.keyboard.press("Tab");
  await page.locator(".help-calls .services").waitFor();
  await page.locator("#step-stay").check();
  await page.locator("#help-15-yes").click();
  await page.locator('#help-15-yes[aria-pressed="true"]').waitFor();
  await page.locator('[data-do="give_code"]').click();
  await page.locator("output.code").waitFor();
  const code = await page.locator("output.code").innerText();
  await page.locator("#part-signal summary").click();
  await page.locator("#signal-words").fill("Seule chez elle, moyens à portée, ne veut pas des secours.");
  await look(page, "desk-emergency");
  await page.locator("#signal-form button").click();
  await page.locator("#part-signal [role=status]").waitFor();
  const supervisor = await trial.desk(seeing, office, office.sign_in.supervisor);
  await supervisor.locator("#part-signals li").waitFor();
  await look(supervisor, "desk-signals");
  const board = await supervisor.context().newPage();
  await board.goto(office.url("/board"));
  await board.locator("#part-signals li").waitFor();
  await look(board, "board-signals");
  await board.close();
  phone.hangUp();
  await page.locator('.status[data-presence="wrapping-up"]').waitFor();
  await page.keyboard.press("Control+Enter");
  await page.locator('.status[data-presence="ready"]').waitFor();

  await page.goto(office.url("/consultation"));
  await look(page, "consultation");
  await page.locator("#code").fill("XXXX-XXXX-XXXX");
  await page.locator("#professional").fill("Dr Exemple");
  await page.locator("button.primary").click();
  await look(page, "consultation-refused");
  await page.locator("#code").fill(code);
  await page.locator("button.primary").click();
  await look(page, "consultation-done");
  await coordinator.reload();
  await look(coordinator, "scheme");

  await page.goto(office.url("/records/new"));
  await look(page, "record-new");
  await page.locator("main form button").click();
  await page.waitForURL(/\/records\/\d+\/\d+$/);
  await look(page, "record-draft");
  await page.goto(office.url("/records"));
  await look(page, "records");
  await page.locator("ul.things li:not(:has(.badge)) a").first().click();
  await page.locator("#amend summary").click();
  await page.locator('#amend input[name="grade"][value="4"]').check();
  await page.locator("#reason").fill("Relue en supervision");
  await page.locator('button[value="amend"]').click();
  await page.locator("ol.history").waitFor();
  await look(page, "record-amended");
  await supervisor.goto(office.url("/signals"));
  await look(supervisor, "signals");
  await supervisor.locator("ul.things a").first().click();
  await look(supervisor, "signal");
  await supervisor.goto(office.url("/figures?period=today"));
  await look(supervisor, "figures-care");
  await Promise.all([page, supervisor, coordinator].map((one) => one.context().close()));
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
