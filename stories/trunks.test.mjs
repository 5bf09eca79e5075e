// Trunks as those who run the service see them: which answers, which does not, what changed, and that calls take another way.

import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { after, before, test } from "node:test";
import * as trial from "./house.mjs";
import { look } from "./look.mjs";

/** A provider's gateway that answers to questions and refuses every call. */
class Gateway {
  static async open() {
    const gateway = Object.assign(new Gateway(), { socket: createSocket("udp4"), silent: false, asked: 0 });
    gateway.socket.on("message", (bytes, from) => {
      const text = bytes.toString();
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

let service, seeing, first, second, page;

before(async () => {
  [first, second] = [await Gateway.open(), await Gateway.open()];
  const trunk = (name, gateway) => `[[trunk]]\nname = "${name}"\npeers = ["127.0.0.1"]\ngateway = "${gateway.address}"\n`;
  service = await trial.Service.open({ trunks: trunk("Opérateur A", first) + trunk("Opérateur B", second) });
  seeing = await trial.browser(1000);
  page = await trial.signIn(seeing, await service.invite("Sacha", "coordinator"));
});
after(async () => {
  await seeing?.close();
  await service?.kill();
  first?.socket.close();
  second?.socket.close();
});

const says = async () => {
  await page.goto(service.url("/office/trunks"));
  return page.locator("main").innerText();
};
const metrics = async () => (await fetch(service.url("/metrics"))).text();

test("a trunk that falls silent is told as such within half a minute, and comes back by itself", async () => {
  await trial.until("both answer", async () => /Opérateur A : répond[\s\S]*Opérateur B : répond/.test(await says()));
  assert.match(await metrics(), /vigie_trunk_up\{trunk="2"\} 1/);
  first.silent = true;
  const silent = Date.now();
  await trial.until("the first is down", async () => /Opérateur A : ne répond plus/.test(await says()), 35_000);
  assert.ok(Date.now() - silent < 30_000, `${Date.now() - silent} ms`);
  assert.match(await metrics(), /vigie_trunk_up\{trunk="2"\} 0[\s\S]*trunk="3"\} 1/);
  assert.match(service.log, /ERROR.*gateway of a trunk does not answer/);
  await look(page, "office-trunk-down");
  first.silent = false;
  await trial.until("it is back", async () => /Opérateur A : répond/.test(await says()), 20_000);
  const changes = await page.locator("main ol").nth(0).innerText();
  assert.match(changes, /répond[\s\S]*ne répond plus[\s\S]*répond/);
});

test("no product is told to a gateway", async () => {
  const heard = new Promise((tell) => first.socket.once("message", (bytes) => tell(bytes.toString())));
  const text = await heard;
  assert.doesNotMatch(text, /vigie|rsipstack|rust/i);
});
