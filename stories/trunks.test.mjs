// Trunks as those who run the service see them: which answers, which does not, what changed, and that calls take another way.

import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { createServer as createWeb } from "node:http";
import { after, before, test } from "node:test";
import * as trial from "./house.mjs";
import { look } from "./look.mjs";
import { Post } from "./post.mjs";

/** A provider's gateway that answers to questions and refuses every call. */
class Gateway {
  static async open() {
    const gateway = Object.assign(new Gateway(), { socket: createSocket("udp4"), silent: false, asked: 0, heard: "" });
    gateway.socket.on("message", (bytes, from) => {
      const text = bytes.toString();
      gateway.heard += text;
      gateway.asked += text.startsWith("OPTIONS ") ? 1 : 0;
      if (gateway.silent || text.startsWith("ACK ")) return;
      const headers = text.split("\r\n").filter((line) => /^(via|from|to|call-id|cseq):/i.test(line));
      const answer = ["SIP/2.0 " + (text.startsWith("OPTIONS ") ? "200 OK" : "503 Service Unavailable"), ...headers, "Content-Length: 0", "", ""];
      gateway.socket.send(answer.join("\r\n"), from.port, from.address);
    });
    await new Promise((bound) => gateway.socket.bind(0, "127.0.0.1", bound));
    gateway.address = `127.0.0.1:${gateway.socket.address().port}`;
    return gateway;
  }
}

/** Takes alarms as a web address and as a mail server. */
class Alarms {
  static async open() {
    const alarms = Object.assign(new Alarms(), { hooks: [], post: await Post.open() });
    alarms.web = createWeb((request, response) => {
      const parts = [];
      request.on("data", (part) => parts.push(part)).on("end", () => {
        // The first attempt fails: an alarm is told again.
        alarms.refused = !alarms.refused && alarms.hooks.length === 0;
        if (!alarms.refused) alarms.hooks.push({ kind: request.headers["content-type"], ...JSON.parse(Buffer.concat(parts).toString()) });
        response.writeHead(alarms.refused ? 503 : 204).end();
      });
    });
    await new Promise((listening) => alarms.web.listen(0, "127.0.0.1", listening));
    return alarms;
  }

  get section() {
    return `[alarms]\nwebhook = "http://127.0.0.1:${this.web.address().port}/hook?key=s3cret"\nsmtp = "${this.post.address}"\n` +
      `from = "Vigie <vigie@example.org>"\nto = ["astreinte@example.org"]\n`;
  }
}

/** A trunk of the configuration. */
const trunk = (name, gateway) => `[[trunk]]\nname = "${name}"\npeers = ["127.0.0.1"]\ngateway = "${gateway.address}"\n`;

let service, seeing, first, second, page, alarms;

before(async () => {
  [first, second, alarms] = [await Gateway.open(), await Gateway.open(), await Alarms.open()];
  trial.alsoSwept("alarms", () => JSON.stringify(alarms.hooks) + JSON.stringify(alarms.post.letters));
  trial.alsoSwept("what gateways were told", () => first.heard + second.heard);
  service = await trial.Service.open({ trunks: trunk("Opérateur A", first) + trunk("Opérateur B", second) + alarms.section });
  seeing = await trial.browser(1000);
  page = await trial.signIn(seeing, await service.invite("Sacha", "coordinator"));
});
after(async () => {
  await seeing?.close();
  await service?.kill();
  first?.socket.close();
  second?.socket.close();
  alarms?.web.close();
  await alarms?.post.goAway();
});

const says = async () => {
  await page.goto(service.url("/office/trunks"));
  return page.locator("main").innerText();
};
const metrics = async () => (await fetch(service.url("/metrics"))).text();

test("a trunk that falls silent is told as such within half a minute, and comes back by itself", async () => {
  await trial.until("both answer", async () => /Opérateur A : répond[\s\S]*Opérateur B : répond/.test(await says()));
  assert.match(await metrics(), /vigie_trunk_up\{trunk="2"\} 1/);
  // Somebody calls meanwhile: nothing of them may be in an alarm, or at a gateway.
  const caller = new trial.Phone(service, { number: "0199000999" });
  await caller.hears("refused");
  first.silent = true;
  const silent = Date.now();
  await trial.until("the first is down", async () => /Opérateur A : ne répond plus/.test(await says()), 35_000);
  assert.ok(Date.now() - silent < 30_000, `${Date.now() - silent} ms`);
  assert.match(await metrics(), /vigie_trunk_up\{trunk="2"\} 0[\s\S]*trunk="3"\} 1/);
  assert.match(service.log, /ERROR.*gateway of a trunk does not answer/);
  await look(page, "office-trunk-down");
  first.silent = false;
  await trial.until("it is back", async () => /Opérateur A : répond/.test(await says()), 20_000);
  await trial.until("both alarms by web and mail", async () => alarms.hooks.length === 2 && alarms.post.letters.length === 2, 30_000);
  const [down, up] = alarms.hooks;
  assert.deepEqual([down.kind, down.trouble, down.trunk, down.over, up.over], ["application/json", "trunk_down", "Opérateur A", false, true]);
  assert.match(down.text, /Opérateur A ne répond plus/);
  const mail = alarms.post.letters.find((letter) => /does not answer/.test(letter.headers + letter.text));
  assert.equal(mail?.to, "astreinte@example.org");
  assert.doesNotMatch(service.log, /s3cret/);
  const changes = await page.locator("main ol").nth(0).innerText();
  assert.match(changes, /répond[\s\S]*ne répond plus[\s\S]*répond/);
});

test("what changed is still known after a restart", async () => {
  const before = await page.locator("main ol").nth(0).locator("li").count();
  await service.kill();
  service = await trial.Service.open({ data: service.data, trunks: trunk("Opérateur A", first) + trunk("Opérateur B", second) });
  page = await trial.signIn(seeing, await service.invite("Dominique", "coordinator"));
  await trial.until("it answers again", async () => /Opérateur A : répond/.test(await says()), 20_000);
  const changes = page.locator("main ol").nth(0);
  assert.ok((await changes.locator("li").count()) > before);
  assert.match(await changes.innerText(), /répond[\s\S]*ne répond plus[\s\S]*répond/);
});

test("no product is told to a gateway", async () => {
  const heard = new Promise((tell) => first.socket.once("message", (bytes) => tell(bytes.toString())));
  const text = await heard;
  assert.doesNotMatch(text, /vigie|rsipstack|rust/i);
});
