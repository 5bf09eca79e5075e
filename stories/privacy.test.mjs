// The sweep: a marked caller's number and a marked network address are searched for in every place where bytes go, with every
// library at its most talkative. `sweep.mjs` searches what each service writes, here as after every story; when a new place appears
// (a log, a file, a page, a bus), it is added there, or to `more` here.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createSocket } from "node:dgram";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import * as trial from "./house.mjs";
import { Search, ascii, filesIn, hex, marksOfAddress, marksOfNumber, swapped, utf16 } from "./marks.mjs";

const run = promisify(execFile);

/** A number of the range set aside for fiction (06 39 98), and two addresses of this machine that nothing else uses. */
const CORE = "639981337";
const PHONE_ADDRESS = "127.0.77.13";
const BROWSER_ADDRESS = "127.0.88.14";
trial.calling(`0${CORE}`);
trial.callingFrom(PHONE_ADDRESS);
trial.callingFrom(BROWSER_ADDRESS);

/** The number's spellings, as they are sent. */
const SPELLINGS = [
  `+33${CORE}`, `0033${CORE}`, `0${CORE}`, `33${CORE}`, "+33 6 39 98 13 37", "06-39-98-13-37", "06.39.98.13.37",
  `%2B33${CORE}`, hex(`+33${CORE}`), utf16(`0${CORE}`).toString("hex"), ascii(`+33${CORE}`).toString("base64"),
  swapped(`0${CORE}`),
];

/** Sends one datagram from the marked address and forgets it. */
function throwAt(house, text) {
  const [host, port] = house.sip.split(":");
  return new Promise((done) => {
    const socket = createSocket("udp4");
    socket.bind(0, PHONE_ADDRESS, () => socket.send(text, Number(port), host, () => setTimeout(() => { socket.close(); done(); }, 50)));
  });
}

test("a marked number and marked addresses are found nowhere", async () => {
  const memory = mkdtempSync("/dev/shm/vigie-story-");
  const house = await trial.House.open({ environment: { XDG_RUNTIME_DIR: memory, RUST_LOG: "trace,rsipstack=trace,str0m=trace,sqlx=trace,hyper=trace" } });
  const listening = await trial.browser(1000);
  const page = await trial.desk(listening, house);
  const answers = [];
  const keep = (context) => {
    context.on("response", async (response) => {
      answers.push(Buffer.from(JSON.stringify(response.headers())));
      answers.push(await response.body().catch(() => Buffer.alloc(0)));
    });
    context.on("websocket", (socket) => socket.on("framereceived", (frame) => answers.push(Buffer.from(frame.payload))));
  };
  keep(page);
  await page.reload();
  await trial.ready(page);

  // Each spelling calls: the first ones leave in the greeting, in the ring, or before the answer; one talks.
  for (const [index, spelling] of SPELLINGS.entries()) {
    const inUri = encodeURIComponent(spelling);
    const more = [
      "--bind", `${PHONE_ADDRESS}:0`, "--from", `sip:${inUri}@${PHONE_ADDRESS}`, "--contact", inUri, "--call-id", spelling.replaceAll(" ", ""),
      "--header", `P-Asserted-Identity: "${spelling}" <sip:${inUri}@${PHONE_ADDRESS}>`, "--header", `Remote-Party-ID: <sip:${inUri}@x>`,
      "--header", `Diversion: <tel:${inUri}>`, "--header", `Subject: ${spelling}`, "--header", "Session-ID: 0123456789abcdef0123456789abcdef",
    ];
    const number = ["0199000807", house.number, "0600000000"][index % 3];
    const phone = new trial.Phone(house, { number, more });
    if (number === "0199000807" && index < 4) {
      await trial.rings(page);
      await trial.accept(page);
      await phone.hears("tone");
      if (index === 0) {
        await page.locator("#part-signal summary").click();
        await page.locator("#signal-form button").click();
        await page.locator("#part-signal [role=status]", { hasText: "Signalé" }).waitFor();
      }
      phone.hangUp();
      await trial.write(page);
    } else if (number === house.number) {
      await phone.hears("sound");
      phone.hangUp();
    } else if (number === "0600000000") {
      await phone.hears("refused");
    } else {
      await phone.hears("provisional", { where: (event) => event.status === 180 });
      phone.hangUp();
    }
    await phone.gone;
  }
  // Broken messages with the mark in them, for the paths of errors.
  for (const text of [
    `INVITE sip:${house.number}@x SIP/2.0\r\nFrom: <sip:0${CORE}@x>\r\n\r\n`,
    `INVITE sip:${house.number}@x SIP/7.0\r\nVia: SIP/2.0/UDP ${PHONE_ADDRESS};branch=z9hG4bKx\r\nFrom: <sip:0${CORE}@x>;tag=1\r\nTo: <sip:y@x>\r\nCall-ID: ${CORE}\r\nCSeq: 1 INVITE\r\n\r\n`,
    `BYE sip:0${CORE}@x SIP/2.0\r\nVia: SIP/2.0/UDP ${PHONE_ADDRESS};branch=z9hG4bKy\r\nFrom: <sip:0${CORE}@x>;tag=1\r\nTo: <sip:y@x>;tag=2\r\nCall-ID: ${CORE}\r\nCSeq: 1 BYE\r\n\r\n`,
  ]) await throwAt(house, text);

  // A caller from a browser at the marked address.
  const calling = run(trial.program, [
    "rehearse", "calls", "--via", "browser", "--to", house.http, "--bind", BROWSER_ADDRESS, "--number", "sonnerie", "--rate", "1", "--duration", "1s", "--talk", "1s", "--json",
  ]);
  await trial.rings(page);
  await trial.accept(page);
  assert.equal(JSON.parse((await calling).stdout).connected, 1);
  await trial.write(page);

  // What a caller's own page is told, too.
  const caller = await page.context().newPage();
  keep(caller);
  await caller.goto(house.url("/"));
  await caller.locator("#call").click();
  await trial.rings(page);
  await trial.accept(page);
  await caller.locator('#panel[data-state="talking"]').waitFor();
  await caller.locator("#hang-up").click();
  await trial.write(page);
  await caller.close();

  const pages = ["/", "/desk", "/board", "/health", "/metrics", "/call/relays", "/nowhere"];
  for (const path of pages) await page.goto(house.url(path));
  // What those who oversee read: the calls, the figures and their file, which count callers by tag.
  const overseeing = await trial.desk(listening, house, house.sign_in.supervisor);
  keep(overseeing);
  for (const path of ["/board", "/calls", "/signals", "/records", "/figures", "/figures?period=today&line=sonnerie&lang=en"]) await overseeing.goto(house.url(path));
  const figures = await overseeing.content();
  // The signal that was raised in the first call stands open: its count came over a socket, and the tab remembers it.
  await overseeing.locator('#tally .tally[data-due="true"]').waitFor();
  await trial.until("the tab remembers the signal", async () => (await overseeing.evaluate(() => JSON.stringify(sessionStorage))).includes(":"));
  answers.push(Buffer.from(await overseeing.evaluate(() => JSON.stringify({ ...sessionStorage }))));
  // What those who run the service read.
  const office = await trial.desk(listening, house, house.sign_in.coordinator);
  keep(office);
  for (const path of ["/office", "/office/lines/sonnerie", "/office/queues/ecoute", "/office/flows/sonnerie", "/office/prompts", "/office/people", "/office/people/1", "/office/trunks", "/office/protocol", "/office/protocol/fields/notes", "/office/protocol/sections/caller", "/office/protocol/rules", "/office/protocol/emergency", "/office/schemes", "/office/schemes/new", "/consultation", "/directory", "/directory?text=exemple&place=Lyon&kind=psychologist", "/directory/new", "/directory/entry?id=demo-0001", "/directory/import", "/directory/duplicates", "/directory/freshness", "/guides", "/guides/new", "/rota"]) {
    await office.goto(house.url(path));
  }
  assert.match(await office.content(), /name="week"/, "the rota was among it");
  // A scheme is set up, and its accounts are looked at.
  await office.goto(house.url("/office/schemes/new"));
  await office.locator('[name="name.fr"]').fill("Consultations");
  await office.locator("#price").fill("60");
  await office.locator("#budget").fill("120");
  await office.locator('button[value="save"]').click();
  await office.waitForURL(/schemes\/\d+\?saved/);
  const accounts = await office.request.get(house.url(`${new URL(office.url()).pathname}/accounts.csv`));
  assert.equal(accounts.status(), 200);
  answers.push(Buffer.from(JSON.stringify(accounts.headers())), await accounts.body());
  await overseeing.goto(house.url("/signals"));
  await overseeing.locator('main a[href^="/signals/"]').first().click();
  await overseeing.locator("ol.receipt").waitFor();
  await overseeing.goto(house.url("/calls"));
  await overseeing.locator(".calls-table tbody a").first().click();
  await overseeing.locator("ol.receipt").waitFor();
  const texts = [];
  // What everybody may read: pages, files and the interface for programs.
  const refuge = (await (await fetch(house.url("/api/hsds/services?per_page=1"))).json()).contents[0].id;
  const open = [
    "/annuaire", "/annuaire?kind=psychologist&lang=en", "/annuaire/departements/42", `/annuaire/fiches/${refuge}`, "/annuaire/donnees", "/annuaire/infos", "/annuaire/integrer",
    "/annuaire/encart?place=c42218", "/api/openapi.json", "/api/hsds", "/api/hsds/services?search=exemple&full=true", `/api/hsds/services/${refuge}`,
    "/api/hsds/organizations", "/api/hsds/service_at_locations", "/api/hsds/taxonomies", "/api/hsds/taxonomy_terms", "/api/fhir/metadata", "/api/fhir/Location",
    "/api/fhir/Practitioner?name=exemple", ...["annuaire.csv", "annuaire.xlsx", "annuaire.jsonl", "hsds.json", "hsds.jsonl", "fhir.json"].map((name) => `/annuaire/fichiers/${name}`),
  ];
  const asked = [...open.map((path) => [path]), ["/annuaire", { method: "POST", body: new URLSearchParams({ place: "Lyon", text: "exemple" }) }]];
  for (const [path, options] of asked) {
    const answer = await fetch(house.url(path), options);
    assert.equal(answer.status, 200, path);
    answers.push(Buffer.from(JSON.stringify([...answer.headers])), Buffer.from(await answer.arrayBuffer()));
  }
  for (const path of ["/office/protocol.toml", "/office/plan.toml", "/office/flows/sonnerie/flow.toml"]) {
    const text = await office.request.get(house.url(path));
    assert.equal(text.status(), 200);
    texts.push(JSON.stringify(text.headers()), await text.text());
  }
  assert.match(figures, /Distinct callers/, "the figures were among it");
  await overseeing.goto(house.url("/records"));
  await overseeing.locator("ul.things a").first().click();
  await overseeing.locator("dl.told, .empty").first().waitFor();
  const records = await overseeing.request.post(house.url("/records.csv"), { form: { with_texts: "on" } });
  assert.equal(records.status(), 200);
  texts.push(JSON.stringify(records.headers()), await records.text());
  const file = await overseeing.request.get(house.url("/figures.csv?period=today"));
  assert.equal(file.status(), 200);
  const bytes = await file.body();
  const report = [JSON.stringify(await house.report()), ...(await Promise.all(["text", "csv"].map((format) => house.printed(format))))].join("\n");
  const rehearsed = await house.rehearsed();
  assert.match(rehearsed, /because the journal has \d+ calls?/, "the rehearsal has read these calls");
  const exported = await house.exported();
  assert.match(exported, /rue de la Démonstration/, "the directory's files were among it");
  // One more waits, so that places are written; nobody is at a desk now.
  const waiting = new trial.Phone(house, { number: "0199000807", more: ["--bind", `${PHONE_ADDRESS}:0`, "--from", `sip:0${CORE}@${PHONE_ADDRESS}`] });
  await trial.until("the place of who waits is written", () => filesIn(house.data).some((file) => file.endsWith("places.sealed")));
  const more = [
    ["report", ascii(report)],
    ["rehearsal", ascii(rehearsed)],
    ["directory, taken out and tried", Buffer.from(exported)],
    ["figures", Buffer.from(figures)],
    ["plan and records as text", Buffer.from(texts.join("\n"))],
    ["file of figures", Buffer.concat([Buffer.from(JSON.stringify(file.headers())), bytes])],
    ...answers.map((bytes, index) => [`answer ${index}`, bytes]),
  ];
  trial.sweep(house, "while it runs", more);
  assert.ok(house.log.length > 0 && answers.length > 20, "there was something to search");
  assert.ok(filesIn(house.data).some((file) => file.endsWith("-wal")), "the write-ahead log was among it");
  await listening.close();
  await house.kill("SIGKILL");
  const swept = trial.sweep(house, "after it was killed", more);
  assert.ok(swept.some((sink) => sink.endsWith("places.sealed")) && swept.some((sink) => sink.endsWith(".key")), "the places were among it");
  waiting.process.kill();
  rmSync(memory, { recursive: true });
});

test("the sweep finds what it looks for", () => {
  const search = new Search();
  search.add("a caller", marksOfNumber(CORE));
  search.add("a telephone", marksOfAddress(PHONE_ADDRESS));
  for (const spelling of [...SPELLINGS, PHONE_ADDRESS, hex("\x7f\x00\x4d\x0d"), "2130726157"]) {
    assert.notDeepEqual(search.in(ascii(`x${spelling}y`)), [], `a leak of ${spelling} would be missed`);
  }
  assert.deepEqual(search.in(ascii("0639981338, 127.0.77.14")), []);
});

test("after any story, a caller's number in the folder, the log or the answers of its service fails it, and the place is named", async () => {
  const plants = [
    [/notes\/today\.txt, byte 7: «phone 06/, (house, number) => {
      mkdirSync(join(house.data, "notes"));
      writeFileSync(join(house.data, "notes", "today.txt"), `phone ${number}\n`);
    }],
    // The service itself writes it: the number of somebody on call, from which somebody calls.
    [/\/vigie\.db(-wal)?, byte \d+: «/, (house, number) => house.invite("listener", ["--phone", number])],
    [/the log \(standard error\), byte \d+: «/, (house, number) => (house.log += `a call from ${hex(number)}`)],
    [/the answer to \/metrics, byte \d+: «/, (house, number) => house.pages.set("/metrics", `call{from="${number}"} 1`)],
  ];
  for (const [place, plant] of plants) {
    const house = await trial.House.open();
    const phone = new trial.Phone(house);
    await phone.hears("sound");
    phone.hangUp();
    await phone.gone;
    await plant(house, phone.caller);
    house.process.kill("SIGTERM");
    await assert.rejects(house.gone, (fault) => place.test(fault.message) && fault.message.includes(`of the caller ${phone.caller.slice(1)}`));
  }
});
