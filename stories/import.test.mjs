// The directory taken in from files, in the office: each format, seen first, tried, taken in, and refused when it is broken.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as trial from "./house.mjs";
import { look } from "./look.mjs";
import { archive, workbook } from "./sheets.mjs";

let house, seeing, page;

before(async () => {
  house = await trial.House.open();
  seeing = await trial.browser(1000);
  page = await trial.signIn(seeing, house.sign_in.coordinator);
});
after(async () => {
  assert.deepEqual(page?.problems ?? [], []);
  await seeing?.close();
  await house?.close();
});

/** Sends a file as a coordinator does. */
async function send(name, content, source = "", on = page) {
  await on.goto(house.url("/directory/import"));
  await on.locator("#source").fill(source);
  await on.locator('input[type="file"]').setInputFiles({ name, mimeType: "application/octet-stream", buffer: Buffer.from(content) });
  await on.locator('form[enctype] button[type="submit"]').click();
}

/** Tries the file of the page or takes it in, and waits for what comes of it. */
async function take(how, on = page) {
  await on.locator(`button[name="do"][value="${how}"]`).click();
  await on.locator("#result").waitFor({ timeout: 30_000 });
  return on.locator("#result").getAttribute("data-result");
}

/** The figures of an outcome, by their labels. */
const figures = async (on = page) => {
  const [names, counts] = await Promise.all([on.locator("#work dl.figures dt").allInnerTexts(), on.locator("#work dl.figures dd").allInnerTexts()]);
  return Object.fromEntries(names.map((name, at) => [name, Number(counts[at])]));
};

const said = () => page.locator('[role="alert"]').first().innerText();
const found = () => page.locator("table.findings tbody").innerText();
const preview = () => page.locator("table.preview tbody").innerText();

/** The names that the directory answers for a text. */
async function known(text) {
  await page.goto(house.url(`/directory?text=${encodeURIComponent(text)}`));
  return page.locator(".things > li > a:first-child").allInnerTexts();
}

const table = (rows) => rows.map((cells) => cells.join(";")).join("\r\n");

test("a table: seen, tried, taken in, and taken in again without a change", async () => {
  const rows = [
    ["N°", "Nom", "Profession", "CP", "Ville", "Tél", "lat", "lon"],
    ["1", "Ézéchiel Tablier", "Psychologue", "42000", "ST ETIENNE", "04 65 71 02 01", "45,4397", "4,3872"],
    ["2", "Aurore Renversée", "Médecin généraliste", "42000", "Saint-Étienne", "04 65 71 02 02", "4.3872", "45.4397"],
    ["3", "", "Psychologue", "42000", "Saint-Étienne", "", "", ""],
    ["4", "=HYPERLINK(\"\"http://x.exemple\"\")".replaceAll('""', ""), "Psychologue", "42000", "Saint-Étienne", "abc", "", ""],
    ["5", "Lucie Sansadresse", "Psychologue", "", "", "04 65 71 02 05", "", ""],
    ["6", "<script>alert(1)</script>", "Psychologue", "01400", "L'Abergement-Clémenciat", "04 65 71 02 06", "", ""],
  ];
  await send("liste.csv", table(rows), "Liste du Forez");
  assert.match(await preview(), /Ézéchiel Tablier\s+Psychologue\s+42000 Saint-Étienne\s+04 65 71 02 01/);
  assert.match(await preview(), /Refusée/);
  assert.equal(await page.locator("table.preview tr[data-refused]").count(), 1);
  assert.equal(await take("trial"), "tried");
  assert.deepEqual(await figures(), { "Lignes lues": 6, Nouvelles: 5, Changées: 0, Identiques: 0, "Gardées telles que vous les avez corrigées": 0, Refusées: 1 });
  const findings = await found();
  assert.equal(findings.match(/HYPERLINK/g).length, 1, "what is found twice in a row is said once");
  for (const sentence of [/il manque un nom/, /latitude et longitude étaient inversées/, /ce n’est pas un numéro de téléphone/, /ressemble à un programme ou à une formule/, /sans lieu/]) {
    assert.match(findings, sentence);
  }
  assert.deepEqual(await known("Tablier"), [], "a trial changes nothing");

  await page.goBack();
  await page.locator("#work a", { hasText: "Seulement ce qui est refusé" }).click();
  assert.match(await found(), /^4\s+Nom\s: il manque un nom$/);
  const report = await page.request.get(`${page.url().replace(/[?#].*/, "")}/report.csv`);
  const text = await report.text();
  assert.match(report.headers()["content-disposition"], /attachment/);
  assert.match(text, /;"'=HYPERLINK\(/, "no cell of the report is a formula");
  assert.equal(await take("import"), "taken");
  assert.equal((await figures()).Nouvelles, 5);
  assert.deepEqual(await known("Tablier"), ["Ézéchiel Tablier"]);
  await send("liste bis.csv", table(rows), "Liste du Forez");
  assert.equal(await take("import"), "taken");
  assert.equal((await figures()).Identiques, 5);
  // A trial says in what a later list differs, entry by entry, and what stays as it was corrected by hand.
  await page.goto(house.url("/directory?text=Sansadresse"));
  await page.locator("main li a", { hasText: "Sansadresse" }).first().click();
  await page.locator("#name").fill("Lucie Corrigée");
  await page.locator('form[action="/directory/entry"] button[type="submit"]').click();
  await page.locator("main", { hasText: "Lucie Corrigée" }).waitFor();
  const later = rows.map((row) => [...row]);
  later[1][5] = "04 65 71 02 99";
  later[2][2] = "Psychiatre";
  await send("liste ter.csv", table(later), "Liste du Forez");
  assert.equal(await take("trial"), "tried");
  assert.deepEqual([(await figures()).Changées, (await figures())["Gardées telles que vous les avez corrigées"]], [2, 1]);
  await page.locator("#changes summary").click();
  const changes = await page.locator("#changes").innerText();
  await look(page, "import-trial-changes");
  assert.match(changes, /Ézéchiel Tablier\s+Téléphone\s: 04 65 71 02 01 → 04 65 71 02 99\s/);
  assert.match(changes, /Aurore Renversée\s+Type\s: Médecin généraliste → Psychiatre\s/);
  assert.match(changes, /Lucie Corrigée\s+gardée telle que corrigée à la main\s+Nom\s: Lucie Corrigée \(dans le fichier\s: Lucie Sansadresse\)/);
  await page.goto(house.url("/directory/import"));
  assert.match(await page.locator("table.imports tbody tr").first().innerText(), /Liste du Forez\s+CSV\s+le .+, par .+\s+en vigueur/);
});

test("a list that does not mark what is kept to the house makes none of it public, also when it replaces", async () => {
  const rows = [
    ["Nom", "Profession", "CP", "Ville", "Adresse", "Adresse secrète", "Réservé à la maison", "Notes internes"],
    ["Maison Loutre", "Hébergement", "51100", "Reims", "1 rue Loutrinante", "oui", "", "sonner deux fois"],
    ["Maison Castor", "Hébergement", "51100", "Reims", "2 rue Castorine", "", "oui", ""],
    ["Maison Héron", "Hébergement", "51100", "Reims", "3 rue Héronnière", "", "", ""],
  ];
  const published = async () => (await fetch(house.url("/annuaire/fichiers/annuaire.csv"))).text();
  const kept = async () => {
    const file = await published();
    assert.match(file, /3 rue Héronnière/, "what is public is there");
    assert.match(file, /Maison Loutre/);
    for (const own of [/Loutrinante/, /Castor/, /sonner/]) assert.doesNotMatch(file, own);
  };
  await send("refuges.csv", table(rows), "Refuges");
  assert.equal(await take("import"), "taken");
  await kept();
  await send("refuges bis.csv", table(rows.map((cells) => cells.slice(0, 5))), "Refuges");
  await page.locator('input[name="replace"]').check();
  assert.equal(await take("trial"), "tried");
  assert.match(await page.locator("#work .notice").innerText(), /ne marque pas\s: 2\./);
  await page.locator('input[name="replace"]').check();
  assert.equal(await take("import"), "taken");
  assert.match(await page.locator("#work .notice").innerText(), /ne marque pas\s: 2\./);
  await look(page, "import-guarded");
  await kept();
  await known("Loutre");
  await page.locator(".things > li > a").first().click();
  assert.match(await page.locator("main").innerHTML(), /1 rue Loutrinante[^]*sonner deux fois/, "the house has it still");
});

test("columns are said once, and proposed for the next table with that header", async () => {
  const rows = [["Truc", "Machin", "Sorte", "CP", "Ville"], ["Odette Colonne", "04 65 71 03 01", "psyclinicien", "69003", "Lyon"]];
  await send("a.csv", table(rows));
  assert.match(await page.locator("main").innerText(), /Une colonne doit être le nom/);
  assert.equal(await page.locator("table.preview").count(), 0);
  // What cannot be read is said, and stays as it was chosen.
  await page.locator('select[name="column.1"]').selectOption("telephone");
  await page.locator('form[action$="/columns"] button').click();
  assert.match(await said(), /Une colonne doit être le nom/);
  assert.equal(await page.locator('select[name="column.1"]').inputValue(), "telephone");
  await page.locator('select[name="column.0"]').selectOption("nom");
  await page.locator('select[name="column.2"]').selectOption("type");
  await page.locator('form[action$="/columns"] button').click();
  assert.match(await preview(), /Odette Colonne/);
  await page.locator('select[name="kind.0"]').selectOption("psychologist");
  await page.locator('form[action$="/columns"] button').click();
  assert.match(await preview(), /Odette Colonne\s+Psychologue\s+69003 Lyon\s+04 65 71 03 01/);

  await send("b.xlsx", workbook([rows[0].map((heading) => heading.toUpperCase()), ["Pierre Tableur", "04 65 71 03 02", "psyclinicien", "69003", "Lyon"]]));
  assert.match(await page.locator("main").innerText(), /Réglage enregistré le .+ par .+, repris pour ce fichier/);
  assert.match(await preview(), /Pierre Tableur\s+Psychologue\s+69003 Lyon\s+04 65 71 03 02/);
  assert.equal(await take("import"), "taken");
  assert.deepEqual(await known("Tableur"), ["Pierre Tableur"]);
});

const site = (number, state) => ({
  informationsGeneralesEGE: { numFinessEge: number, nomEgeLong: "CENTRE MEDICO-PSYCHOLOGIQUE DU BUGEY" },
  categorieentiteGeographiqueExercice: "156",
  adresse: [{ numeroVoie: "62", typeVoie: "AV", libelleVoie: "DE LA MAQUETTE", cogCommune: "01053", codePostal: "01000" }],
  contact: [{ telecom: { telephone: "0465710102" } }],
  etatObjet: state,
});
const practitioner = {
  resourceType: "Practitioner", id: "p1", active: true,
  identifier: [{ system: "https://rpps.esante.gouv.fr", value: "10001234567" }],
  name: [{ use: "usual", family: "PATATE", given: ["Camille"] }],
  telecom: [{ system: "phone", value: "0465710402" }],
  qualification: [{ code: { coding: [{ system: "https://mos.esante.gouv.fr/NOS/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante", code: "93" }] } }],
};
const service = {
  id: "11111111-1111-4111-8111-111111111111", name: "Permanence des Monts", status: "active",
  phones: [{ id: "a", number: "0465710502" }], organization: { id: "22222222-2222-4222-8222-222222222222", name: "Exemple", description: "" },
};
const tabular = {
  "organizations.csv": "id,name,description\no1,Exemple Association,Entraide\n",
  "services.csv": "id,organization_id,name,status,description\ns1,o1,Permanence du Pilat,active,\ns2,o1,Ancienne,defunct,\n",
  "phones.csv": "id,service_id,number,type\np1,s1,0465710602,voice\n",
};
const flat = [
  "finess;etalab;93;2026-05-12",
  "structureet;420000018;420000000;CMP GIER;CENTRE MEDICO PSYCHOLOGIQUE DU GIER;;;12;R;DE LA MAQUETTE;;;218;42;LOIRE;42000 ST ETIENNE;0465710702;;156;Centre Medico-Psychologique;;;12345678901234;;;;2000-01-01;2000-01-01;2026-01-01;",
].join("\n");

for (const [format, name, good, known_as, broken] of [
  ["XLSX", "annuaire.xlsx", workbook([["Nom", "Profession"], ["Gaston Classeur", "Psychiatre"]]), "Gaston Classeur", workbook([["Nom", "Profession"], ["X", "Psychiatre"]]).subarray(0, 400)],
  ["HSDS (JSON)", "services.json", JSON.stringify([service]), "Permanence des Monts", `{"contents":[${JSON.stringify(service)},{"id":`],
  ["HSDS (ZIP)", "services.zip", archive(tabular), "Permanence du Pilat", archive({ "services.csv": "id,name\n".concat("x\n".repeat(500_000)) })],
  ["FINESS", "etalab.csv", flat, "CENTRE MEDICO PSYCHOLOGIQUE DU GIER", "finess;etalab;93;2026-05-12\n"],
  ["FINESS+", "finess.json", JSON.stringify({ gcc: [], pmej: [{ ege: [site("010000001", "A"), site("010000002", "I")] }] }), "CENTRE MEDICO-PSYCHOLOGIQUE DU BUGEY", '{"gcc":[],"pmej":[{"ege":[{]}'],
  ["FHIR R4", "bundle.json", JSON.stringify({ resourceType: "Bundle", type: "searchset", entry: [{ resource: practitioner }] }), "Camille PATATE", '{"resourceType":"Bundle","entry":[{"resource":'],
]) {
  test(`${format}: a good file is seen and taken in, a broken one changes nothing`, async () => {
    await send(name, broken);
    assert.match(await page.locator("h1 + p").innerText(), new RegExp(format.replace(/[()+]/g, "\\$&")));
    assert.equal(await take("import"), "broken");
    assert.match(await page.locator("#work").innerText(), /L’annuaire est resté comme il était/);
    assert.deepEqual(await known(known_as), []);

    await send(name, good);
    assert.match(await preview(), new RegExp(known_as));
    assert.equal(await take("trial"), "tried");
    assert.equal((await figures()).Nouvelles, 1);
    assert.equal(await take("import"), "taken");
    assert.deepEqual(await known(known_as), [known_as]);
  });
}

test("hours come from a calendar, and are saved once they were looked at", async () => {
  await known("Tablier");
  await page.locator(".things > li > a").first().click();
  const open = async (content) => {
    await page.locator("details summary", { hasText: "Horaires d’un calendrier" }).click();
    await page.locator("#calendar").setInputFiles({ name: "a.ics", mimeType: "text/calendar", buffer: Buffer.from(content) });
    await page.locator('form[action$="/hours"] button').click();
  };
  const address = page.url();
  await open("nom;cp\n");
  assert.match(await said(), /le fichier n’a pas le format annoncé/);
  await open("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260105T090000\nDTEND:20260105T120000\nRRULE:FREQ=WEEKLY;BYDAY=MO,TU\nEND:VEVENT\nEND:VCALENDAR\n");
  assert.match(await page.locator('[role="status"]').first().innerText(), /Horaires lus dans le calendrier/);
  assert.equal(await page.locator("#hours-1").inputValue(), "9:00-12:00");
  const other = await page.context().newPage();
  await other.goto(address);
  assert.equal(await other.locator("#hours-1").inputValue(), "", "nothing is saved yet");
  await page.locator('form[action="/directory/entry"] button[type="submit"]').click();
  await other.reload();
  assert.equal(await other.locator("#hours-1").inputValue(), "9:00-12:00");
  await other.close();
});

test("what is no list is refused with what to do, and nothing is kept", async () => {
  for (const [name, content, why] of [
    ["vide.csv", "", /vide/], ["photo.png", "\x89PNG\r\n\x1a\n\0\0", /d’aucun format/], ["a.ics", "BEGIN:VCALENDAR\nEND:VCALENDAR\n", /d’une seule adresse/],
  ]) {
    await send(name, content);
    assert.match(await said(), why, name);
    assert.equal(await page.locator("ul.things li", { hasText: name }).count(), 0);
  }
  // Latin-1 that says nothing of itself.
  await send("latin.csv", Buffer.from("Nom;Profession\nHélène Façade;Psychologue\n", "latin1"));
  assert.match(await preview(), /Hélène Façade/);
  assert.match(await page.locator("main").innerText(), /le texte n’est pas en UTF-8/);
  await page.locator('form[action$="/drop"] button').click();
  await page.locator('form[action$="/drop"] button').click();
  await page.waitForURL(/\/directory\/import$/);
  assert.equal(await page.locator("ul.things li", { hasText: "latin.csv" }).count(), 0);
});

test("a long import moves, can be left and come back to, given up, and one bad row among many is told", async () => {
  const many = 60_000;
  const rows = ["Nom;Profession;CP;Ville;Identifiant"];
  for (let row = 1; row <= many; row += 1) rows.push(row === 41_234 ? ";Psychologue;42000;Saint-Étienne;x" : `Foule ${row};Psychologue;42000;Saint-Étienne;foule:${row}`);
  await send("foule.csv", rows.join("\n"), "Foule");
  const address = page.url();
  await page.locator('button[name="do"][value="import"]').click();
  const bar = page.locator("progress.work");
  await bar.waitFor();
  const read = async () => Number(/Lignes lues\s: (\d+)/.exec(await page.locator("#work").innerText())?.[1] ?? 0);
  await trial.until("the bar moves by itself", async () => (await read()) > 400, 20_000);
  await page.goto(house.url("/board"));
  await page.goto(address);
  await bar.waitFor();
  await page.locator("#work button", { hasText: "Abandonner" }).click();
  await page.locator("#work button", { hasText: "Abandonner" }).click();
  await page.locator('#result[data-result="given_up"]').waitFor({ timeout: 20_000 });
  assert.deepEqual(await known("Foule 17"), []);
  await page.goto(house.url("/directory/import"));
  assert.match(await page.locator("table.imports tbody tr").first().innerText(), /Foule.*abandonné/s);

  await page.goto(address);
  await page.locator('button[name="do"][value="trial"]').click();
  await page.locator('#result[data-result="tried"]').waitFor({ timeout: 120_000 });
  assert.match(await found(), /^41235\s+Nom\s: il manque un nom$/m);
  assert.equal((await figures()).Nouvelles, many - 1);
});

test("entries that look alike stand beside each other, are merged with their history or told apart for good", async () => {
  const rows = [
    ["Nom", "Profession", "CP", "Ville", "Adresse", "Tél", "Email", "RPPS"],
    ["Cabinet Double", "Psychologue", "74000", "Annecy", "1 rue du Lac", "04 65 71 08 01", "", ""],
    ["DOUBLE Cabinet", "Psychologue", "74000", "Annecy", "1 rue du Lac", "04 65 71 08 01", "double@exemple.fr", ""],
    ["Jumelle Alpha", "Psychologue", "74000", "Annecy", "2 rue du Lac", "04 65 71 08 02", "", ""],
    ["Alpha Jumelle", "Psychiatre", "74000", "Annecy", "2 rue du Lac", "04 65 71 08 02", "", ""],
  ];
  await send("annecy.csv", table(rows), "Annecy");
  assert.equal(await take("import"), "taken");
  await page.goto(house.url("/directory/duplicates?departement=74"));
  const pair = (name) => page.locator("section.pair", { hasText: name });
  assert.match(await pair("Cabinet Double").innerText(), /même nom/);
  await pair("Jumelle Alpha").locator('button[value="apart"]').click();
  await page.waitForURL(/departement=74/);
  assert.equal(await pair("Jumelle Alpha").count(), 0);

  const heads = await pair("Cabinet Double").locator("thead a").allInnerTexts();
  const kept = heads.indexOf("Cabinet Double") === 0 ? "first" : "second";
  const merge = pair("Cabinet Double").locator(`button[value="${kept}"]`);
  await merge.click();
  await merge.click();
  await trial.until("they are one", async () => (await pair("Cabinet Double").count()) === 0);
  assert.deepEqual((await known("Cabinet Double")).filter((name) => /double/i.test(name)), ["Cabinet Double"]);
  await page.locator(".things > li > a", { hasText: "Cabinet Double" }).click();
  assert.match(await page.locator('input[name^="contact."][name$=".value"]').evaluateAll((all) => all.map((one) => one.value).join(" ")), /double@exemple\.fr/);
  assert.ok((await page.locator("section.card", { hasText: "Modifications" }).locator("li").count()) >= 2, "the history is kept");
  // The list comes again: what was merged stays one.
  await send("annecy encore.csv", table(rows), "Annecy");
  assert.equal(await take("import"), "taken");
  assert.equal((await figures()).Nouvelles, 0);
  await page.goto(house.url("/directory/duplicates?departement=74"));
  assert.equal(await page.locator("section.pair").count(), 0);
});

test("only those who run the service take files in", async () => {
  const listener = await trial.signIn(seeing, await house.invite());
  for (const path of ["/directory/import", "/directory/duplicates", "/directory/import/1/report.csv"]) {
    assert.equal((await listener.goto(house.url(path))).status(), 403);
  }
  assert.equal((await page.goto(house.url("/directory/import/0123456789abcdef"))).status(), 404);
  await listener.context().close();
});
