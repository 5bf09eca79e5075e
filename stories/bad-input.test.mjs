// Bad input gets its clear answer, the service lives on, and the call that goes on beside it notices nothing.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtempSync, writeFileSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import * as trial from "./house.mjs";

let house, listening, page, beside;

before(async () => {
  house = await trial.House.open();
  listening = await trial.browser(1000);
  page = await trial.desk(listening, house);
  await trial.ready(page);
  beside = new trial.Phone(house, { number: "0199000807" });
  await trial.rings(page);
  await trial.accept(page);
  await beside.hears("tone");
});
after(async () => {
  await listening?.close();
  await house?.close();
});

/** Runs the program to its end. */
function program(...options) {
  return new Promise((tell) => {
    execFile(trial.program, options, { timeout: 20_000 }, (fault, stdout, stderr) => tell({ code: fault?.code ?? 0, stdout, stderr }));
  });
}

const offer = (media) => `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n${media}`;
const audio = "m=audio 6000 RTP/AVP 8\r\n";
/** Whoever sends bad messages does so from a number. */
const SENDER = trial.newCaller();
let made = 0;

/** A SIP request, right unless changed. */
function request({ method = "INVITE", number = house.number, more = "", body = offer(audio), kind = "application/sdp", change = (text) => text, port }) {
  made += 1;
  const type = body ? `Content-Type: ${kind}\r\n` : "";
  return change(
    `${method} sip:${number}@${house.sip} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bKbad${made}\r\n` +
      `From: <sip:${SENDER}@b.invalid>;tag=1\r\nTo: <sip:c@d.invalid>\r\nCall-ID: bad-${made}\r\nCSeq: 1 ${method}\r\n` +
      `Contact: <sip:${SENDER}@127.0.0.1:${port}>\r\n${type}${more}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/** Sends a request; the first final status that comes back, or null for silence. */
function answer(shape, to = house.sip) {
  const [host, target] = to.split(":");
  return new Promise((tell) => {
    const socket = createSocket("udp4");
    const done = (status) => {
      clearTimeout(timer);
      socket.close();
      tell(status);
    };
    const timer = setTimeout(() => done(null), 700);
    socket.on("message", (bytes) => {
      const status = Number(String(bytes).slice(8, 11));
      if (status >= 200) done(status);
    });
    socket.bind(0, "127.0.0.1", () => {
      const text = typeof shape === "string" ? shape : request({ ...shape, port: socket.address().port });
      socket.send(text, Number(target), host);
    });
  });
}

test("a wrong SIP message gets the right status", async () => {
  const cases = [
    ["an unknown number", { number: "0600000000" }, 404],
    ["no audio", { body: offer("m=video 6000 RTP/AVP 34\r\n") }, 488],
    ["no codec we know", { body: offer("m=audio 6000 RTP/AVP 18\r\n") }, 488],
    ["a body that is no description", { body: "hello" }, 400],
    ["a body of another kind", { body: "hello", kind: "text/plain" }, 415],
    ["an extension nobody here knows", { more: "Require: 100rel\r\n" }, 420],
    ["a method nobody here knows", { method: "REFER", body: "" }, 405],
    ["a goodbye to nobody", { method: "BYE", body: "" }, 481],
    ["two Call-IDs", { more: "Call-ID: another\r\n" }, 400],
    ["a length that lies", { change: (text) => text.replace(/Content-Length: \d+/, "Content-Length: 99999") }, 400],
    ["a length below nothing", { change: (text) => text.replace(/Content-Length: \d+/, "Content-Length: -1") }, 400],
    ["a sequence of another method", { change: (text) => text.replace("CSeq: 1 INVITE", "CSeq: 1 BYE") }, 400],
    ["a version of tomorrow", { change: (text) => text.replace(" SIP/2.0\r\nVia", " SIP/7.0\r\nVia") }, 505],
    ["a message without end", { change: (text) => text.replace("\r\n\r\n", "\r\n") }, 400],
    ["a message too large", { more: `Subject: ${"x".repeat(1900)}\r\n`.repeat(5) }, 513],
    ["no SIP at all", "GET / HTTP/1.1\r\n\r\n", null],
    ["a keep-alive", "\r\n\r\n", null],
    ["the question whether we live", { method: "OPTIONS", body: "" }, 200],
  ];
  for (const [what, shape, status] of cases) assert.equal(await answer(shape), status, what);
});

test("noise of every length is survived", async () => {
  const [host, port] = house.sip.split(":");
  const socket = createSocket("udp4");
  const good = request({ port: 1 });
  for (let round = 0; round < 2000; round += 1) {
    const bytes = Buffer.from(good);
    for (let times = 0; times <= round % 8; times += 1) bytes[(round * 7919 + times * 104_729) % bytes.length] = (round * 31 + times) % 256;
    socket.send(bytes.subarray(0, 1 + ((round * 13) % bytes.length)), Number(port), host);
    if (round % 50 === 0) await trial.sleep(5);
  }
  await trial.sleep(200);
  socket.close();
  assert.equal(await answer({ method: "OPTIONS", body: "" }), 200);
});

test("a full queue says busy", async () => {
  const waiting = new trial.Phone(house, { number: "0199000809" });
  await waiting.hears("sound");
  const refused = new trial.Phone(house, { number: "0199000809" });
  assert.equal((await refused.hears("refused")).status, 486);
  waiting.hangUp();
  await waiting.hears("ended");
});

test("a page's wrong offers are refused by name", async () => {
  const asks = (path, message) =>
    page.evaluate(
      ([path, message]) =>
        new Promise((tell) => {
          const socket = new WebSocket(new URL(path, location.href));
          socket.onopen = () => socket.send(message);
          socket.onmessage = (event) => tell(JSON.parse(event.data).refused);
          socket.onclose = () => tell("closed");
        }),
      [path, message],
    );
  const video = await page.evaluate(async () => {
    const peer = new RTCPeerConnection();
    peer.addTransceiver("video");
    return (await peer.createOffer()).sdp;
  });
  const voice = await page.evaluate(async () => {
    const peer = new RTCPeerConnection();
    peer.addTransceiver("audio");
    return (await peer.createOffer()).sdp;
  });
  assert.equal(await asks("/call/ws?line=ecoute", "hello"), "malformed");
  assert.equal(await asks("/call/ws?line=ecoute", JSON.stringify({ offer: "v=0" })), "malformed");
  assert.equal(await asks("/call/ws?line=ecoute", JSON.stringify({ offer: video })), "no_audio");
  assert.equal(await asks("/call/ws?line=nothing", JSON.stringify({ offer: voice })), "unknown_line");
});

test("pages refuse strangers, other sites and wrong methods", async () => {
  assert.equal((await house.get("/desk")).status, 403);
  assert.equal((await house.get("/nowhere")).status, 404);
  assert.equal((await house.get(`/sign-in/${"0".repeat(64)}`)).status, 200);
  const redeem = await fetch(house.url(`/sign-in/${"0".repeat(64)}`), { method: "POST", redirect: "manual" });
  assert.equal(redeem.status, 410);
  const foreign = await fetch(house.url("/sign-out"), { method: "POST", headers: { origin: "https://elsewhere.invalid" } });
  assert.equal(foreign.status, 403);
  assert.equal((await fetch(house.url("/"), { method: "DELETE" })).status, 405);
});

test("a form with impossible values is told so in place, and nothing is lost", async () => {
  const form = page.locator("#part-record form#record");
  await form.locator("textarea").fill("x".repeat(2_100));
  await form.locator('input[name="grade"][value="2"]').check();
  await page.locator('[data-do="end"]').click();
  await page.locator('[data-do="end"]').click();
  await page.locator('.status[data-presence="wrapping-up"]').waitFor();
  await page.keyboard.press("Control+Enter");
  await form.locator(".field-error").first().waitFor();
  assert.equal((await form.locator("textarea").inputValue()).length, 2_100, "what was written stays");
  await form.locator("textarea").fill("");
  await page.keyboard.press("Control+Enter");
  await page.locator('.status[data-presence="ready"]').waitFor();
});

test("the call beside all this noticed nothing", async () => {
  await beside.hears("hung_up");
  const { lost } = await beside.hears("packets");
  assert.equal(lost, 0);
  assert.equal(beside.events.filter((event) => event.event === "tone").length, 1, "the tone was never broken");
  assert.deepEqual(page.problems, []);
});

test("a caller outside the trunk's peers is turned away", async () => {
  const folder = mkdtempSync(join(tmpdir(), "vigie-strangers-"));
  const example = readFileSync(join(dirname(dirname(fileURLToPath(import.meta.url))), "vigie.example.toml"), "utf8");
  const config = join(folder, "vigie.toml");
  const text = example
    .replace('["127.0.0.0/8", "::1"]', '["192.0.2.1"]')
    .replace("127.0.0.1:5060", "127.0.0.1:15963")
    .replace("127.0.0.1:8080", "127.0.0.1:18963")
    .replace("127.0.0.1:5062", "127.0.0.1:15965");
  writeFileSync(config, text);
  const stranger = { data: folder, url: (path) => `http://127.0.0.1:18963${path}`, process: spawn(trial.program, ["serve", "--config", config]) };
  trial.watched(stranger);
  await trial.until("the service answers", () => fetch("http://127.0.0.1:18963/health").then((found) => found.ok, () => false));
  assert.equal(await answer({}, "127.0.0.1:15963"), 403);
  const taken = await program("serve", "--config", config);
  assert.notEqual(taken.code, 0);
  assert.match(taken.stderr, /127\.0\.0\.1:18963 \(pages\) is in use.*choose another port/);

  writeFileSync(config, text.replace("# queue_limit = 200", "queue_limit = 0"));
  const broken = await program("serve", "--config", config);
  assert.match(broken.stderr, /vigie\.toml, line \d+: queue_limit must be 1 or more/);
  const absent = await program("serve", "--config", join(folder, "nothing.toml"));
  assert.match(absent.stderr, /nothing\.toml: cannot be read .*copy vigie\.example\.toml/);
  const unwritable = await program("demo", "--data", "/dev/null/here", "--http", "127.0.0.1:0", "--sip", "127.0.0.1:0");
  assert.match(unwritable.stderr, /\/dev\/null\/here cannot be written to/);
  const doctor = await program("doctor", "--config", config.replace("vigie.toml", "nothing.toml"));
  assert.notEqual(doctor.code, 0);
  const ill = await program("demo", "--data", folder, "--http", "127.0.0.1:18963", "--sip", "127.0.0.1:0");
  assert.match(ill.stderr, /in use/);
  stranger.process.kill();
  await stranger.gone;
});
