// A directory that stays right: those whom entries are about are asked by mail, listeners report wrong numbers with one key, and
// numbers that must not be wrong are watched.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as trial from "./house.mjs";
import { look } from "./look.mjs";
import { Post } from "./post.mjs";

let post, service, seeing, page, link;

const section = (to = post) => `[alarms]\nsmtp = "${to.address}"\nfrom = "Vigie <vigie@example.org>"\nto = ["astreinte@example.org"]\n[freshness]\nletters = true\n`;

before(async () => {
  post = await Post.open();
  trial.alsoSwept("letters", () => post.letters.map((letter) => letter.headers + letter.text).join("\n"));
  service = await trial.Service.open({ lines: section() });
  seeing = await trial.browser(1000);
  page = await trial.signIn(seeing, await service.invite("Sacha", "coordinator"));
});
after(async () => {
  assert.deepEqual(page?.problems ?? [], []);
  await seeing?.close();
  await service?.kill();
  await post?.goAway();
});

const main = () => ({ page, service });

/** A keeper writes an entry down; the address of its page. */
async function entry(name, mail, phone, { page, service } = main()) {
  await page.goto(service.url("/directory/new"));
  await page.locator("#name").fill(name);
  await page.locator('input[name="kind"][value="psychologist"]').check();
  await page.locator('[name="contact.0.kind"]').selectOption("phone");
  await page.locator('[name="contact.0.value"]').fill(phone);
  await page.locator('[name="contact.1.kind"]').selectOption("email");
  await page.locator('[name="contact.1.value"]').fill(mail);
  await page.locator("#notes").fill("Note de la maison, à ne pas montrer");
  await page.locator('form[action="/directory/entry"] button[type="submit"]').click();
  await page.waitForURL(/entry\?id=/);
  return new URL(page.url()).pathname + new URL(page.url()).search;
}

const ask = async (address) => {
  await page.goto(service.url(address));
  await page.locator('form[action="/directory/entry/ask"] button').click();
};

/** The figures of letters, as the keepers' page shows them. */
async function letters() {
  await page.goto(service.url("/directory/freshness"));
  const names = await page.locator("#letters dt").allInnerTexts();
  const counts = await page.locator("#letters dd").allInnerTexts();
  return Object.fromEntries(names.map((name, at) => [name, Number(counts[at])]));
}

let camille;

test("a letter waits while the mail server is away, over a restart, and goes out once", async () => {
  await post.goAway();
  camille = await entry("Camille Fraîcheur", "camille@exemple.fr", "04 65 71 07 01");
  await ask(camille);
  await trial.until("the server was tried", () => /letters wait/.test(service.log), 20_000);
  assert.equal((await letters())["En attente"], 1);
  const { data } = service;
  await service.kill();
  service = await trial.Service.open({ data, lines: section() });
  await trial.until("the server was tried again", () => /letters wait/.test(service.log), 20_000);
  await post.comeBack();
  await trial.until("the letter is there", () => post.to("camille@exemple.fr").length > 0, 30_000);
  await trial.until("it counts as sent", async () => (await letters()).Envoyés === 1, 10_000);
  assert.equal((await letters())["En attente"], 0);

  // Asked again the same day, and started again: nobody gets two.
  await ask(camille);
  assert.match(await page.locator('[role="alert"]').innerText(), /déjà parti aujourd’hui/);
  await service.kill();
  service = await trial.Service.open({ data, lines: section() });
  await trial.sleep(5_000);
  assert.equal(post.to("camille@exemple.fr").length, 1);

  const [letter] = post.to("camille@exemple.fr");
  assert.match(letter.text, /Camille Fraîcheur/);
  assert.doesNotMatch(letter.text, /Note de la maison/);
  assert.match(letter.headers, /^list-unsubscribe: <http:\/\/[^>]+\/stop>$/im);
  assert.match(letter.headers, /^list-unsubscribe-post: List-Unsubscribe=One-Click$/im);
  // The port is another one after each start here.
  link = new URL(/http:\S+\/entry\/[0-9a-f-]+/.exec(letter.text)[0]).pathname;
});

/** The page of somebody who has nothing but the link, in a browser without scripts. */
async function outside(path) {
  const context = await seeing.newContext({ locale: "fr-FR", javaScriptEnabled: false });
  const theirs = await context.newPage();
  const answer = await theirs.goto(service.url(path));
  return Object.assign(theirs, { status: answer.status() });
}

const versions = async () => {
  await page.goto(service.url(camille));
  return page.locator("section.card", { hasText: "Modifications" }).locator("li").count();
};

test("looking changes nothing, a forged link is refused, and what is not published is not shown", async () => {
  const before = await versions();
  for (let times = 0; times < 3; times += 1) assert.equal((await fetch(service.url(link))).status, 200);
  assert.equal((await fetch(service.url(`${link}/stop`))).status, 200);
  assert.equal(await versions(), before);
  for (const forged of [link.replace(/.$/, (last) => (last === "0" ? "1" : "0")), "/entry/1-00", "/entry/x", `${link}0`]) {
    const theirs = await outside(forged);
    assert.equal(theirs.status, 403, forged);
    assert.match(await theirs.locator("main").innerText(), /Ce lien n’est pas un des nôtres/);
    assert.equal((await fetch(service.url(forged), { method: "POST", body: new URLSearchParams({ do: "confirm" }) })).status, 403);
    await theirs.context().close();
  }
  const seen = await page.context().newPage();
  await seen.goto(service.url(link));
  await look(seen, "letter-page");
  await seen.goto(service.url(`${link}/stop`));
  await look(seen, "letter-stop");
  await seen.close();
  const theirs = await outside(link);
  const text = await theirs.locator("main").innerText();
  assert.match(text, /Camille Fraîcheur[\s\S]+04 65 71 07 01/);
  assert.doesNotMatch(await theirs.content(), /Note de la maison/);
  assert.deepEqual(await theirs.context().cookies(), []);
  await theirs.context().close();
});

test("the professional confirms, and corrects from the mail; a keeper looks before it is published", async () => {
  let theirs = await outside(link);
  await theirs.locator('button[value="full"]').click();
  assert.match(await theirs.locator("main").innerText(), /C’est enregistré/);
  await page.goto(service.url(camille));
  assert.equal(await page.locator("#accepts").inputValue(), "no");
  assert.match(await page.locator("main").innerText(), /Dernière vérification\s: \d\d\/\d\d\/\d{4}/);
  assert.match(await page.locator("section.card", { hasText: "Modifications" }).innerText(), /par la personne concernée/);

  await theirs.goto(service.url(link));
  await theirs.locator('[id="new.email"]').fill("pas une adresse");
  await theirs.locator("#message").fill("Nouveau cabinet <b>bientôt</b>");
  await theirs.locator('button[value="correct"]').click();
  assert.match(await theirs.locator('[role="alert"]').innerText(), /pas une adresse/);
  assert.equal(await theirs.locator("#message").inputValue(), "Nouveau cabinet <b>bientôt</b>", "nothing is lost");
  await theirs.locator('[id="new.email"]').fill("");
  await theirs.locator('[id="contact.0"]').fill("04 65 71 07 09");
  await theirs.locator('button[value="correct"]').click();
  assert.match(await theirs.locator("main").innerText(), /sera regardée, puis publiée/);
  await theirs.goto(service.url(link));
  assert.match(await theirs.locator("dl.facts").innerText(), /04 65 71 07 01/, "nothing is published before somebody has looked");

  await page.goto(service.url("/board"));
  assert.match(await page.locator("#part-cover").innerText(), /signale une erreur/);
  await page.goto(service.url("/directory/freshness"));
  await look(page, "freshness-remark");
  const remark = page.locator('.remark[data-kind="correction"]');
  assert.match(await remark.innerText(), /04 65 71 07 01 → 04 65 71 07 09[\s\S]*Nouveau cabinet <b>bientôt<\/b>/);
  await remark.locator('button[value="take"]').click();
  await trial.until("nothing is open any more", async () => (await page.locator(".remark").count()) === 0);
  await page.goto(service.url(camille));
  assert.equal(await page.locator('[name="contact.0.value"]').inputValue(), "04 65 71 07 09");
  await theirs.goto(service.url(link));
  await theirs.locator('button[value="remove"]').click();
  await page.goto(service.url("/directory/freshness"));
  await page.locator('.remark[data-kind="removal"] button[value="refuse"]').click();
  await theirs.context().close();
});

test("who wants no more letters gets none", async () => {
  const [letter] = post.to("camille@exemple.fr");
  const stop = new URL(/<(http[^>]+)>/.exec(/^list-unsubscribe: .*$/im.exec(letter.headers)[0])[1]).pathname;
  const other = await entry("Camille Autre", "Camille@exemple.fr", "04 65 71 07 02");
  // As a mail program does it by itself.
  const answer = await fetch(service.url(stop), { method: "POST", body: new URLSearchParams({ "List-Unsubscribe": "One-Click" }) });
  assert.equal(answer.status, 200);
  await ask(other);
  assert.match(await page.locator('[role="alert"]').innerText(), /n’en veut plus/);
  const theirs = await outside(stop);
  assert.match(await theirs.locator("main").innerText(), /camille@exemple\.fr/);
  await theirs.context().close();
});

test("who confirmed nothing for long is asked by the program itself, and reminded once", async () => {
  const theirs = await Post.open();
  trial.alsoSwept("letters of their own accord", () => theirs.letters.map((letter) => letter.headers + letter.text).join("\n"));
  const lines = `${section(theirs)}every_days = 1\nremind_days = 0\n`;
  let own = await trial.Service.open({ lines });
  const keeper = await trial.signIn(seeing, await own.invite("Lou", "coordinator"));
  await entry("Alix Oubliée", "alix@exemple.fr", "04 65 71 07 03", { page: keeper, service: own });
  // What is due is looked for at each start, and every hour.
  for (const [number, says] of [[1, /Est-elle encore juste/], [2, /nous n’écrirons pas une troisième fois/]]) {
    await own.kill();
    own = await trial.Service.open({ data: own.data, lines });
    await trial.until(`letter ${number} is there`, () => theirs.to("alix@exemple.fr").length === number, 30_000);
    assert.match(theirs.to("alix@exemple.fr").at(-1).text, says);
  }
  await own.kill();
  own = await trial.Service.open({ data: own.data, lines });
  await trial.sleep(5_000);
  assert.equal(theirs.to("alix@exemple.fr").length, 2, "nobody is written to a third time");
  await keeper.context().close();
  await own.kill();
  await theirs.goAway();
});

test("helplines are there, unverified; an old number raises an alarm until somebody has checked it", async () => {
  await page.goto(service.url("/directory/freshness"));
  const number = (name) => page.locator("#numbers tbody tr", { hasText: name });
  assert.equal(await page.locator("#numbers tbody tr").count(), 28);
  assert.match(await number("prévention du suicide").innerText(), /3114[\s\S]*jamais vérifié/);
  await page.goto(service.url("/directory/import"));
  const table = "nom;type;telephone;suivi_par;confirme_le\nÉcoute Ancienne;ligne d'écoute;01 99 00 08 77;Sacha;2020-01-01\n";
  await page.locator('input[type="file"]').setInputFiles({ name: "lignes.csv", mimeType: "text/csv", buffer: Buffer.from(table) });
  await page.locator('form[enctype] button[type="submit"]').click();
  await page.locator('button[name="do"][value="import"]').click();
  await page.locator('#result[data-result="taken"]').waitFor();
  await page.goto(service.url("/directory/freshness"));
  assert.match(await number("Écoute Ancienne").innerText(), /Sacha[\s\S]*01\/01\/2020[\s\S]*trop ancien/);
  const alarms = () => post.to("astreinte@example.org").map((letter) => letter.text).join("\n");
  await trial.until("the alarm is told", () => /n’ont pas été vérifiés depuis longtemps/.test(alarms()), 20_000);
  await page.goto(service.url("/board"));
  assert.match(await page.locator("#part-cover").innerText(), /n’ont pas été vérifiés depuis longtemps/);
  await page.goto(service.url("/directory/freshness"));
  await number("Écoute Ancienne").locator("button").click();
  await page.waitForURL(/#numbers/);
  assert.doesNotMatch(await number("Écoute Ancienne").innerText(), /trop ancien/);
  await trial.until("its end is told", () => /de nouveau vérifiés/.test(alarms()), 20_000);
  // Who checks a number that nobody keeps, keeps it from then on.
  await number("prévention du suicide").locator("button").click();
  await trial.until("it is checked", async () => /Sacha/.test(await number("prévention du suicide").innerText()));
  assert.match(await page.locator("#departements tbody").innerText(), /Sans département/);
});

test("a listener reports a wrong number with one key, while talking", async () => {
  const house = await trial.House.open();
  const desk = await trial.desk(seeing, house);
  await trial.ready(desk);
  const phone = new trial.Phone(house, { number: "0199000807" });
  await trial.rings(desk);
  await trial.accept(desk);
  await trial.talks(desk);
  const form = desk.locator("#part-record form#record");
  await form.locator('input[name="grade"][value="3"]').check();
  await form.locator("#f-place").pressSequentially("Saint-Ét");
  const place = desk.locator("#f-place-list option").first();
  await place.waitFor({ state: "attached" });
  await form.locator("#f-place").fill(await place.getAttribute("value"));
  await desk.locator('#part-reorientation [data-do="give"]').first().waitFor();
  await form.locator("#f-place").blur();
  await desk.keyboard.press("1");
  await desk.locator('#part-reorientation [data-do="wrong_number"]').waitFor();
  const name = await desk.locator("#part-reorientation li.given strong").innerText();
  await desk.keyboard.press("n");
  await desk.locator("#part-reorientation", { hasText: `Signalé : le numéro de ${name}`.replace(" :", "\u00a0:") }).waitFor();
  const keeper = await trial.signIn(seeing, house.sign_in.coordinator);
  await keeper.goto(house.url("/directory/freshness"));
  const remark = await keeper.locator('.remark[data-kind="wrong_number"]').innerText();
  assert.ok(remark.includes(name), remark);
  assert.match(remark, /Mauvais numéro 0\d/);
  await keeper.locator('.remark button[value="done"]').click();
  await trial.until("it is decided", async () => (await keeper.locator(".remark").count()) === 0);
  await desk.locator('[data-do="end"]').click();
  await desk.locator('[data-do="end"]').click();
  await phone.hears("hung_up");
  assert.deepEqual([...desk.problems, ...keeper.problems], []);
  await Promise.all([desk, keeper].map((one) => one.context().close()));
  await house.close();
});
