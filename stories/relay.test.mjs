// People behind a firewall that lets no UDP through: their sound goes by a relay (TURN) over TCP.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import * as trial from "./house.mjs";
import * as networks from "./networks.mjs";
import { start } from "./processes.mjs";

const NUMBER = "0199000807";
const LINES = `[[line]]\nid = "sonnerie"\nname = "Ligne qui sonne"\nnumbers = ["${NUMBER}"]\nanswer = "ring"\n`;
const SECRET = "a-secret-of-the-story";
const skip = networks.whyNot() ?? false;

let house, service, without, hospital, beside, relaying;

/** coturn as the README says to run it. */
function coturn(place, service) {
  const folder = mkdtempSync(join(tmpdir(), "vigie-coturn-"));
  const file = join(folder, "turnserver.conf");
  writeFileSync(file, `listening-ip=${place.address}
relay-ip=${place.address}
listening-port=3478
realm=example.org
use-auth-secret
static-auth-secret=${SECRET}
no-udp
no-tls
no-dtls
no-cli
no-multicast-peers
no-tcp-relay
denied-peer-ip=0.0.0.0-255.255.255.255
denied-peer-ip=::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff
allowed-peer-ip=${service.address}
user-quota=12
total-quota=600
stale-nonce=600
log-file=/dev/null
no-stdout-log
pidfile=${join(folder, "pid")}
userdb=${join(folder, "db")}
`);
  const [first, ...rest] = [...place.prefix, "turnserver", "-c", file];
  return start(first, rest, { stdio: "ignore" });
}

before(async () => {
  if (skip) return;
  await networks.open();
  house = await networks.Place.open("v", 1);
  hospital = await networks.Place.open("h", 2);
  beside = await networks.Place.open("t", 5);
  await hospital.blockUdp();
  relaying = coturn(beside, house);
  const browsers = `turn = ["turn:${beside.address}:3478?transport=tcp"]\nturn_secret = "${SECRET}"\n`;
  service = await trial.Service.open({ lines: LINES, place: house, browsers });
  without = await trial.Service.open({ lines: LINES, place: house });
});
after(async () => {
  await service?.kill();
  await without?.kill();
  relaying?.kill();
});

/** A browser at a place; its pages keep their peer connections where a story can ask them. */
async function browserAt(place, hertz, service) {
  return trial.browser(hertz, [`--unsafely-treat-insecure-origin-as-secure=${service.url("")}`], place);
}

/** Keeps the peer connections that a page makes. */
const keep = (page) =>
  page.addInitScript(() => {
    globalThis.peers = [];
    const Plain = globalThis.RTCPeerConnection;
    globalThis.RTCPeerConnection = class extends Plain {
      constructor(...given) {
        super(...given);
        globalThis.peers.push(this);
      }
    };
  });

/** What the way is that a page's sound takes: from which candidate of its own, by which transport to the relay. */
const way = (page) =>
  page.evaluate(async () => {
    const reports = [...(await globalThis.peers.at(-1).getStats()).values()];
    const pair = reports.find((report) => report.type === "candidate-pair" && report.nominated && report.state === "succeeded");
    const mine = reports.find((report) => report.id === pair?.localCandidateId);
    return { type: mine?.candidateType, relay: mine?.relayProtocol };
  });

test("with UDP blocked, a listener talks by a relay over TCP; sound is heard at both ends", { skip }, async (context) => {
  const browser = await browserAt(hospital, 1000, service);
  const page = await trial.desk(browser, service, await service.invite("Camille", "listener"));
  await keep(page);
  await page.reload();
  const began = performance.now();
  await trial.ready(page);
  context.diagnostic(`ready ${Math.round(performance.now() - began)} ms after the press`);
  const phone = new trial.Phone({ sip: service.sip, place: house, number: NUMBER });
  await trial.rings(page);
  await trial.accept(page);
  await phone.hears("tone", { where: (event) => event.hertz === 1000 });
  await trial.listen(page);
  await trial.hearsTone(page, 440);
  assert.deepEqual(await way(page), { type: "relay", relay: "tcp" });
  await trial.end(page);
  await phone.hears("hung_up");
  await trial.write(page);
  assert.deepEqual(page.problems, []);
  await browser.close();
});

test("without a relay the same listener is told that the network blocks the sound, and a caller too", { skip }, async () => {
  const browser = await browserAt(hospital, 1000, without);
  const page = await trial.desk(browser, without, await without.invite("Camille", "listener"));
  await page.locator('[data-do="ready"]').click();
  await page.locator("#sound-trouble:not([hidden])").waitFor({ timeout: 20_000 });
  assert.match(await page.locator("#sound-trouble").textContent(), /UDP/);
  const context = await browser.newContext({ permissions: ["microphone"], locale: "fr-FR" });
  const caller = await context.newPage();
  await caller.goto(without.url("/"));
  await caller.locator("#call").click();
  await caller.locator("#trouble:not([hidden])").waitFor({ timeout: 20_000 });
  assert.match(await caller.locator("#trouble").textContent(), /bloque/);
  await browser.close();
});

test("what a page is given names nobody, is of use for an hour, and takes nobody but to the service", { skip }, async () => {
  const told = await (await fetch(service.url("/call/relays"))).json();
  const [relay] = told.relays;
  const [until, chance] = relay.username.split(":");
  assert.ok(Math.abs(Number(until) - Date.now() / 1000 - 3600) < 5);
  assert.match(chance, /^[0-9a-f]{16}$/);
  assert.equal(relay.credential, createHmac("sha1", SECRET).update(relay.username).digest("base64"));
  assert.deepEqual(await (await fetch(without.url("/call/relays"))).json(), { relays: [], seconds: 3600 });
  const client = async (peer, password) => {
    const options = ["-t", "-n", "1", "-u", relay.username, "-w", password, "-e", peer, beside.address];
    const [first, ...rest] = [...hospital.prefix, "timeout", "3", "turnutils_uclient", ...options];
    const { stdout, stderr } = await promisify(execFile)(first, rest).catch((fault) => fault);
    return stdout + stderr;
  };
  assert.match(await client(hospital.address, relay.credential), /403|[Ff]orbidden/, "another peer is refused");
  assert.match(await client(house.address, "wrong"), /401|[Uu]nauthori|Cannot complete Allocation/, "a wrong password is refused");
});
