// The directory for everybody, as somebody meets it whose browser runs no script and keeps nothing; as programs ask it; and as a
// file that is taken in again.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { look } from "./look.mjs";
import * as trial from "./house.mjs";

const run = promisify(execFile);
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

const json = async (path, options = {}) => {
  const response = await fetch(house.url(path), options);
  return { status: response.status, headers: response.headers, body: await response.json() };
};

const posted = (path, fields) =>
  json(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(fields) });

/** A context without scripts, and everything that is asked for in it. */
async function withoutScripts() {
  const context = await seeing.newContext({ javaScriptEnabled: false, locale: "fr-FR" });
  const asked = [];
  context.on("request", (request) => asked.push(request.url()));
  return { context, page: await context.newPage(), asked };
}

test("without scripts: from the start to a département, an entry and its sheet; nothing is left behind", async () => {
  const { context, page, asked } = await withoutScripts();
  const answers = [];
  context.on("response", (response) => answers.push(response));
  await page.goto(house.url("/annuaire"));
  assert.match(await page.locator("h1").innerText(), /près de chez vous/);
  assert.equal(await page.locator("svg.map path").count(), 96);
  await page.locator('table a[href*="/annuaire/departements/42"]').click();
  assert.match(await page.locator("h1").innerText(), /Loire \(42\)/);
  assert.ok((await page.getByRole("link", { name: "Rhône (69)" }).count()) > 0, "the département next to it");
  await page.getByRole("link", { name: "Psychologue", exact: true }).first().click();
  assert.match(page.url(), /kind=psychologist/);
  const first = page.locator("ul.things li a").first();
  const name = await first.innerText();
  await first.click();
  assert.equal(await page.locator("h1").innerText(), name);
  assert.equal(await page.title(), name);
  const data = JSON.parse(await page.locator('script[type="application/ld+json"]').textContent());
  assert.equal(data.name, name);
  assert.match(data["@context"], /schema\.org/);
  assert.ok(data.telephone.length > 0 && data.address[0].addressLocality);
  assert.ok((await page.locator('a.phone[href^="tel:"]').count()) > 0);
  assert.match(await page.locator("main").innerText(), /vérifi/i);
  assert.ok(await page.locator('.emergency a[href="tel:3114"]').isVisible());
  assert.match(await page.locator("aside.ribbon").innerText(), /fictif/);
  // Its sheet: what leads elsewhere is not printed, what one needs is.
  await page.emulateMedia({ media: "print" });
  assert.ok(await page.locator("h1").isVisible());
  assert.ok(await page.locator(".reach").first().isVisible());
  for (const away of [".quick-exit", ".call-header", ".open-foot nav"]) assert.ok(!(await page.locator(away).isVisible()), away);
  await page.emulateMedia({ media: "screen" });
  // What is typed travels in a body.
  await page.goto(house.url("/annuaire"));
  await page.locator("#place").fill("Saint-Étienne");
  await page.locator("#search-kind").selectOption("psychiatrist");
  await page.locator('form[role="search"] button').click();
  assert.equal(new URL(page.url()).search, "?lang=fr");
  assert.match(await page.locator("main").innerText(), /Psychiatre · .+ · \d+\s*km/);
  assert.equal(await page.locator("#place").inputValue(), "Saint-Étienne (42000)");
  // A kind where a name is asked, and a place with a slip: both are understood, and said.
  await page.locator("#place").fill("Riems");
  await page.locator("#search-kind").selectOption("");
  await page.locator("#text").fill("psycologue");
  await page.locator('main form[role="search"] button[type="submit"]').click();
  assert.match(await page.locator('[role="alert"]').innerText(), /«\sRiems\s»\s: voici ce qui est près de Reims/);
  assert.equal(await page.locator("#search-kind").inputValue(), "psychologist");
  assert.match(await page.locator("main").innerText(), /Psychologue · .+ · \d+\s*km/);
  await page.locator("#text").fill("");
  await page.locator("#search-kind").selectOption("");
  await page.locator("#place").fill("Nullepart-sur-Rien");
  await page.locator('form[role="search"] button').click();
  assert.match(await page.locator('[role="alert"]').innerText(), /Nullepart-sur-Rien/);
  await page.goto(house.url("/annuaire?lang=en"));
  assert.match(await page.locator("h1").innerText(), /help near you/);
  // The way out is an ordinary link.
  assert.match(await page.locator(".quick-exit").getAttribute("href"), /^https:/);
  for (const response of answers) assert.equal((await response.headersArray()).filter(({ name }) => name === "set-cookie").length, 0, response.url());
  assert.deepEqual(await context.cookies(), []);
  assert.deepEqual((await context.storageState()).origins, []);
  assert.ok(asked.every((url) => url.startsWith(house.url(""))), "nothing is asked of anybody else");
  assert.ok(asked.every((url) => !/tienne|Nullepart/.test(url)), "no address says what was looked for");
  await context.close();
});

test("a search is answered where scripts run, too, and keeps nothing there", async () => {
  const context = await seeing.newContext({ locale: "fr-FR" });
  const page = await context.newPage();
  await page.goto(house.url("/annuaire"));
  await page.locator("#text").fill("exempel");
  await page.keyboard.press("Enter");
  await page.locator("#results").waitFor();
  assert.match(await page.locator("ul.things").innerText(), /Exemple/);
  assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length + document.cookie.length), 0);
  await context.close();
});

test("programs ask for services: pages, searches, twins, faults, what changed", async () => {
  const root = (await json("/api/hsds")).body;
  assert.deepEqual([root.version, root.openapi_url], ["3.1", house.url("/api/openapi.json")]);
  assert.match(root.demonstration, /fictitious/);
  const first = await json("/api/hsds/services?per_page=100");
  assert.equal(first.headers.get("access-control-allow-origin"), "*");
  assert.ok(first.body.total_items > 1_000 && first.body.contents.length === 100 && first.body.first_page && !first.body.last_page);
  // All pages together are every service, once.
  const ids = new Set();
  for (let page = 1; page <= first.body.total_pages; page += 1) {
    for (const { id } of (await json(`/api/hsds/services?per_page=100&page=${page}`)).body.contents) ids.add(id);
  }
  assert.equal(ids.size, first.body.total_items);
  const lines = (await (await fetch(house.url("/api/hsds/services?format=ndjson"))).text()).trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(new Set(lines.map(({ id }) => id)), ids);
  // The same question in an address and in a body.
  const terms = (await json("/api/hsds/taxonomy_terms?per_page=100")).body.contents;
  const term = terms.find(({ code }) => code === "psychiatrist").id;
  const question = { taxonomy_term_id: term, postcode: "42000", proximity: 30_000, full: true, per_page: 50 };
  const near = await posted("/api/hsds/services", question);
  assert.deepEqual(near.body, (await json(`/api/hsds/services?${new URLSearchParams(question)}`)).body);
  assert.ok(near.body.total_items > 0);
  for (const service of near.body.contents) {
    assert.ok(service.attributes.some(({ taxonomy_term }) => taxonomy_term.id === term));
    assert.deepEqual((await json(`/api/hsds/services/${service.id}`)).body, service);
    const organization = (await json(`/api/hsds/organizations/${service.organization.id}`)).body;
    assert.equal(organization.name, service.name);
    const place = service.service_at_locations[0];
    assert.equal((await json(`/api/hsds/service_at_locations/${place.id}`)).body.location.id, place.location.id);
  }
  // Kept by whoever likes, and asked whether it changed.
  const tag = first.headers.get("etag");
  const again = await fetch(house.url("/api/hsds/services?per_page=100"), { headers: { "if-none-match": tag } });
  assert.equal(again.status, 304);
  const latest = (await json("/api/hsds/services?modified_after=2099-01-01")).body;
  assert.deepEqual([latest.total_items, latest.empty], [0, true]);
  assert.equal((await json("/api/hsds/services?modified_after=2020-01-01&minimal=true")).body.total_items, first.body.total_items);
  for (const [path, word] of [
    ["/api/hsds/services?per_page=1000", /per_page/], ["/api/hsds/services?serach=x", /serach/], ["/api/hsds/services?proximity=5", /postcode/],
    ["/api/hsds/services?modified_after=hier", /modified_after/], ["/api/hsds/services/nobody", /no service/],
    [`/api/hsds/organizations/${lines[0].id}`, /no organization/],
  ]) {
    const { status, body } = await json(path);
    assert.ok(status >= 400 && status < 500, path);
    assert.match(body.error, word, path);
  }
  assert.equal((await posted("/api/hsds/services", ["x"])).status, 400);
});

test("programs ask for FHIR resources, by id and by search", async () => {
  const metadata = (await json("/api/fhir/metadata")).body;
  assert.equal(metadata.resourceType, "CapabilityStatement");
  for (const { type, searchParam } of metadata.rest[0].resource) {
    const { status, body } = await json(`/api/fhir/${type}?_count=3`);
    assert.deepEqual([status, body.resourceType, body.type, body.entry.length], [200, "Bundle", "searchset", 3], type);
    for (const { resource, fullUrl } of body.entry) {
      assert.equal(resource.resourceType, type);
      assert.equal(resource.meta.tag[0].code, "HTEST", "what is made up says so");
      const read = await fetch(fullUrl);
      assert.match(read.headers.get("content-type"), /fhir\+json/);
      assert.deepEqual(await read.json(), resource);
      const { body: same } = await json(`/api/fhir/${type}?_id=${resource.id}`);
      assert.deepEqual([same.total, same.entry[0].resource], [1, resource]);
    }
    assert.ok(searchParam.length > 0);
    // Pages lead through all of them.
    let url = house.url(`/api/fhir/${type}?_count=100`);
    const seen = new Set();
    while (url) {
      const page = await (await fetch(url)).json();
      for (const { resource } of page.entry) seen.add(resource.id);
      url = page.link.find(({ relation }) => relation === "next")?.url;
    }
    assert.equal(seen.size, body.total, type);
  }
  const search = async (type, fields) => {
    const sent = { method: "POST", body: new URLSearchParams(fields) };
    return (await json(`/api/fhir/${type}/_search`, sent)).body;
  };
  const lyon = await search("Location", { "address-city": "lyon" });
  assert.ok(lyon.total > 0 && lyon.entry.every(({ resource }) => resource.address.city === "Lyon"));
  assert.ok(lyon.link.every(({ url }) => !url.includes("lyon")), "what was asked in a body stays out of addresses");
  const roles = await search("PractitionerRole", { specialty: "SM42", _count: 100 });
  assert.ok(roles.total > 0 && roles.entry.every(({ resource }) => /psychiatre/i.test(resource.code[0].text)));
  const named = await search("Practitioner", { name: "exempel" });
  assert.ok(named.total > 0 && named.entry.every(({ resource }) => /Exemple/.test(resource.name[0].text)));
  for (const path of ["/api/fhir/Patient", "/api/fhir/Location/nobody", "/api/fhir/Location?near=x"]) {
    const { status, body } = await json(path);
    assert.ok(status >= 400 && body.resourceType === "OperationOutcome", path);
  }
});

test("a page of somebody else may ask the interface and frame the list, and nothing more", async () => {
  const check = async (path) => (await fetch(house.url(path))).headers;
  const list = await check("/annuaire/encart?place=c42218&kind=psychologist&lang=fr");
  assert.match(list.get("content-security-policy"), /frame-ancestors \*/);
  assert.equal(list.get("x-frame-options"), null);
  for (const path of ["/annuaire", "/annuaire/donnees", "/annuaire/integrer", "/"]) {
    const headers = await check(path);
    assert.match(headers.get("content-security-policy"), /frame-ancestors 'none'/, path);
    assert.deepEqual([headers.get("access-control-allow-origin"), headers.get("referrer-policy")], [null, "no-referrer"], path);
  }
  const asks = await fetch(house.url("/api/hsds/services"), { method: "OPTIONS", headers: { origin: "https://commune.test" } });
  assert.deepEqual([asks.status, asks.headers.get("access-control-allow-origin")], [204, "*"]);
  const foreign = await fetch(house.url("/annuaire"), { method: "POST", headers: { origin: "https://commune.test" }, body: new URLSearchParams({ text: "x" }) });
  assert.equal(foreign.status, 403, "a form of ours is ours");
  // The list within a page of somebody else, without scripts.
  const { context, page } = await withoutScripts();
  await page.goto(house.url("/annuaire/integrer"));
  await page.locator("#place").fill("Saint-Étienne");
  await page.locator('input[value="psychologist"]').check();
  await page.locator("main form button").click();
  const snippet = await page.locator("textarea").inputValue();
  assert.match(snippet, /^<iframe src="http:\/\/[^"]+\/annuaire\/encart\?place=c42218&amp;kind=psychologist/);
  assert.match(await page.frameLocator("iframe.preview").locator("h1").innerText(), /Saint-Étienne/);
  const council = createServer((_, answer) => {
    answer.setHeader("content-type", "text/html; charset=utf-8");
    answer.end(`<!doctype html><html lang="fr"><title>Commune</title><p>Notre ville</p>${snippet}</html>`);
  });
  await new Promise((listening) => council.listen(0, "127.0.0.1", listening));
  await page.goto(`http://127.0.0.1:${council.address().port}/`);
  const framed = page.frameLocator("iframe");
  await framed.locator("h1").waitFor();
  assert.ok((await framed.locator("ul.things li").count()) > 0);
  assert.equal(await framed.locator("script").count(), 0);
  council.close();
  await context.close();
});

test("files: the same entries in each format, and an import of them changes nothing", async () => {
  const folder = mkdtempSync(join(tmpdir(), "vigie-story-"));
  const total = (await json("/api/hsds/services?per_page=1")).body.total_items;
  for (const name of ["annuaire.csv", "annuaire.xlsx", "hsds.json", "annuaire.jsonl", "hsds.jsonl", "fhir.json"]) {
    const response = await fetch(house.url(`/annuaire/fichiers/${name}`));
    assert.equal(response.status, 200, name);
    assert.match(response.headers.get("content-disposition"), new RegExp(name));
    const bytes = Buffer.from(await response.arrayBuffer());
    if (name.endsWith("jsonl")) {
      assert.equal(bytes.toString().trim().split("\n").length, total, name);
      continue;
    }
    const file = join(folder, name);
    writeFileSync(file, bytes);
    if (name === "fhir.json") {
      assert.ok(JSON.parse(bytes).entry.length > total);
      continue;
    }
    const { stdout } = await run(trial.program, ["directory", "import", "--data", house.data, file, "--dry-run", "--source", "démonstration"]);
    assert.match(stdout, new RegExp(`0 new, 0 changed, ${total} as they were`), `${name}: ${stdout}`);
  }
  assert.equal((await fetch(house.url("/annuaire/fichiers/secret.csv"))).status, 404);
});

test("what is private appears nowhere, and a service that does not publish has no public side", async () => {
  const page = await trial.signIn(seeing, house.sign_in.coordinator);
  const MARK = "Zzyzx";
  const add = async (fields) => {
    await page.goto(house.url("/directory/new"));
    const status = await page.evaluate(async (fields) => {
      const form = new URLSearchParams(fields);
      return (await fetch("/directory/entry", { method: "POST", body: form })).status;
    }, fields);
    assert.equal(status, 200, JSON.stringify(fields));
  };
  await add({ id: "", version: "0", name: `Interne ${MARK}`, kind: "association", languages: "fr", hide: "on", hidden: "on" });
  await add({
    id: "", version: "0", name: "Refuge Discret", kind: "shelter", languages: "fr", notes: `${MARK}-notes`, keeper: `${MARK}-keeper`,
    "location.0.address": `7, rue ${MARK}`, "location.0.place": "Saint-Étienne (42000)", "location.0.secret": "on",
    "contact.0.kind": "phone", "contact.0.value": "01 99 00 77 77", "contact.0.private": "on",
    "contact.1.kind": "phone", "contact.1.value": "01 99 00 66 66",
  });
  const secrets = [MARK, "01 99 00 77 77", "0199007777"];
  const hidden = (await (await page.goto(house.url(`/directory?text=Interne`))).text()).includes(MARK);
  assert.ok(hidden, "the house itself finds it");
  let found = (await posted("/api/hsds/services", { search: "refuge discret", full: true })).body;
  await trial.until("the refuge is published", async () => {
    found = (await posted("/api/hsds/services", { search: "refuge discret", full: true })).body;
    return found.total_items === 1;
  });
  const id = found.contents[0].id;
  const answers = [];
  const get = async (path, options) => {
    const response = await fetch(house.url(path), options);
    const text = JSON.stringify([...response.headers]) + (await response.text());
    answers.push([path, text]);
    return text;
  };
  const form = (fields) => ({ method: "POST", body: new URLSearchParams(fields) });
  assert.match(await get(`/annuaire/fiches/${id}`), /01 99 00 66 66/);
  for (const path of [
    "/annuaire", "/annuaire?kind=shelter", "/annuaire/departements/42", "/annuaire/departements/42?kind=shelter", "/annuaire/departements/42?kind=association",
    "/annuaire/donnees", "/annuaire/encart?place=c42218&kind=shelter&kind=association", "/api/openapi.json", "/api/hsds",
    "/api/hsds/services?full=true&search=refuge", `/api/hsds/services/${id}`, "/api/hsds/services?search=interne&full=true",
    "/api/hsds/organizations?search=refuge&full=true", "/api/hsds/service_at_locations?search=refuge&full=true", "/api/hsds/services?format=ndjson",
    "/api/fhir/metadata", `/api/fhir/Organization/${id}`, `/api/fhir/HealthcareService/${id}`, "/api/fhir/Organization?name=refuge", "/api/fhir/Organization?name=interne",
    "/api/fhir/Location?name=refuge", ...["annuaire.csv", "annuaire.jsonl", "hsds.json", "hsds.jsonl", "fhir.json"].map((name) => `/annuaire/fichiers/${name}`),
  ]) await get(path);
  assert.ok(!(await get("/annuaire", form({ place: "Saint-Étienne", kind: "shelter" }))).match(/Refuge Discret<\/a>[^<]*<span class="soft">[^<]*km/), "no distance tells where it is");
  await get("/annuaire", form({ text: "interne zzyzx" }));
  for (const [path, text] of answers) for (const secret of secrets) assert.ok(!text.includes(secret) || /\/annuaire"?$/.test(path) && text.includes('value="interne zzyzx"'), `${secret} in ${path}`);
  // Nobody finds out where the refuge is by asking nearer and nearer.
  for (const proximity of [1_000, 100_000]) {
    const near = (await posted("/api/hsds/services", { search: "refuge discret", postcode: "42000", proximity })).body;
    assert.equal(near.total_items, 0, `within ${proximity} m`);
  }
  assert.equal((await posted("/api/hsds/services", { search: "refuge", postcode: "42000" })).body.contents.filter(({ name }) => name === "Refuge Discret").length, 0);
  const near = await (await fetch(house.url("/api/fhir/Location?name=refuge&near=45.43|4.39|200|km"))).json();
  assert.equal((near.entry ?? []).filter(({ resource }) => resource.name === "Refuge Discret").length, 0);
  await page.context().close();

  const closed = await trial.Service.open();
  for (const path of ["/annuaire", "/api/hsds", "/api/fhir/metadata", "/annuaire/fichiers/annuaire.csv", "/annuaire/encart?place=d42"]) {
    assert.equal((await fetch(closed.url(path))).status, 404, path);
  }
  await closed.kill();
});

test("calls come first: too much at once is told to come back", async () => {
  const many = await Promise.all(Array.from({ length: 150 }, () => fetch(house.url("/api/hsds/services?per_page=100&full=true&search=a"))));
  const statuses = many.map(({ status }) => status);
  assert.ok(statuses.every((status) => status === 200 || status === 503));
  for (const response of many.filter(({ status }) => status === 503)) assert.ok(Number(response.headers.get("retry-after")) > 0);
  assert.equal((await fetch(house.url("/health"))).status, 200);
});

test("how the pages look", async () => {
  const context = await seeing.newContext({ locale: "fr-FR" });
  const page = await context.newPage();
  const entry = (await json("/api/hsds/services?search=exemple&per_page=1")).body.contents[0].id;
  for (const [path, name] of [
    ["/annuaire", "open-start"], ["/annuaire?kind=psychiatrist&lang=en", "open-start-kind"], ["/annuaire/departements/42", "open-departement"],
    ["/annuaire/departements/974?lang=en", "open-overseas"], [`/annuaire/fiches/${entry}`, "open-entry"], ["/annuaire/donnees", "open-data"],
    ["/annuaire/encart?place=c42218&lang=fr", "open-embedded"],
  ]) {
    assert.equal((await page.goto(house.url(path))).status(), 200, path);
    await look(page, name);
  }
  await page.goto(house.url("/annuaire"));
  await page.locator("#place").fill("Lyon");
  await page.keyboard.press("Enter");
  await page.locator("#results").waitFor();
  await look(page, "open-results");
  await page.locator("#place").fill("Saint-Denis");
  await page.locator("#text").fill("psycologue");
  await page.keyboard.press("Enter");
  await page.locator('[role="alert"]', { hasText: "du même nom" }).waitFor();
  await look(page, "open-namesakes");
  await page.goto(house.url("/annuaire/integrer"));
  await page.locator("#place").fill("Lyon");
  await page.locator("main form button").click();
  await page.locator("iframe.preview").waitFor();
  await look(page, "open-embed");
  await context.close();
});
