// Attacks on the real program from addresses of this machine: forged packets at one talk, junk at the SIP address, a crowd of
// calls from few numbers. What honest callers notice of them is nothing, and their number is found nowhere afterwards. Short
// here; `./nightly` sets ATTACK=full for the whole length.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import * as trial from "./house.mjs";

const run = promisify(execFile);
const FULL = process.env.ATTACK === "full";
const NUMBER = "0199000805";
/** The honest caller's number, of the range set aside for fiction; in a crowd, everybody's begins with these seven digits. */
const CORE = "639981337";
const CROWD = "6399813";
/** What the service takes calls from: honest callers, and those who attack as if they were a trunk. */
const PEERS = ["127.0.61.1", "127.0.61.2", "127.0.61.3", "127.0.61.4", "127.0.61.5", "127.0.61.6", "127.0.61.7", "127.0.61.8"];
const STRANGERS = ["127.0.62.1", "127.0.62.2", "127.0.62.3", "127.0.62.4"];

let service;

before(async () => {
  for (let last = 0; last < 100; last += 1) trial.calling(`0${CROWD}${String(last).padStart(2, "0")}`);
  service = await trial.Service.open({
    peers: ["127.0.0.1", "127.0.61.0/24"],
    lines: `[[line]]\nid = "ecoute"\nname = "Écoute"\nnumbers = ["${NUMBER}"]\n`,
  });
});
after(() => service?.kill());

/** The callers' numbers are found nowhere, also while the service runs. */
async function sweep() {
  await trial.ask(service);
  assert.ok(trial.sweep(service).length > 5, "there was something to search");
}

/** Attacks, and tells what it found, also when it found that something went wrong. */
async function attack(kind, more) {
  const options = ["rehearse", "attack", kind, "--sip", service.sip, "--number", NUMBER, "--pid", `${service.process.pid}`, "--json", ...more];
  const { stdout, stderr } = await run(trial.program, options).catch((fault) => fault);
  assert.ok(stdout, `the attack told nothing: ${stderr}`);
  process.stdout.write(`# ${kind}: ${stdout}`);
  return JSON.parse(stdout);
}

test("forged packets at one talk are neither passed on, answered nor learnt from, and both ends hear each other", async () => {
  const link = await service.invite("Camille", "listener");
  const size = FULL ? ["--count", "1000000", "--rate", "20000"] : ["--count", "20000", "--rate", "5000"];
  const told = await attack("packets", ["--http", service.http, "--sign-in", link, "--caller", `33${CORE}`, ...size]);
  assert.equal(told.answered, 0, "nobody who forged was answered");
  assert.equal(told.ended_well, true);
  for (const end of [told.caller, told.listener]) {
    assert.ok(end.tenths_heard > 20, "the ends heard each other while it went on");
    assert.equal(end.tenths_of_the_forged_tone, 0);
    assert.equal(end.too_many, 0, "no packet came out of nowhere");
    assert.ok(end.lost <= end.packets / 100 && end.tenths_of_the_others_tone >= end.tenths_heard * 0.97, JSON.stringify(end));
  }
  assert.ok(told.dropped_as_foreign > told.forged * 0.3, "most were seen, and counted as what they are");
  await sweep();
});

test("junk from strangers and peers lets memory be, and every honest call is answered", async () => {
  const size = FULL ? ["--rate", "10000", "--duration", "60s"] : ["--rate", "3000", "--duration", "6s", "--every", "1s"];
  const from = [...PEERS.flatMap((peer) => ["--peer", peer]), ...STRANGERS.flatMap((stranger) => ["--stranger", stranger])];
  const told = await attack("junk", [...from, "--caller", `33${CORE}`, ...size]);
  assert.ok(told.junk > 10_000);
  assert.equal(told.honest.greeted, told.honest.placed);
  assert.equal(told.honest.broken, 0);
  assert.ok(told.memory_growth < 64 * 1024 * 1024, `memory grew by ${told.memory_growth} bytes`);
  await sweep();
});

test("beside a crowd of calls from few numbers, honest callers are greeted at once and helped in their order", async () => {
  const links = [];
  for (let seat = 1; seat <= 4; seat += 1) links.push("--sign-in", await service.invite(`Robot ${seat}`, "listener"));
  const size = FULL ? ["--rate", "500", "--duration", "60s"] : ["--rate", "60", "--duration", "8s", "--every", "2s", "--stay", "12s"];
  const told = await attack("crowd", ["--http", service.http, ...links, "--trunk", PEERS[0], "--caller", `33${CROWD}00`, ...size]);
  const { honest } = told;
  assert.ok(honest.placed >= 3 && told.refused > 0);
  assert.deepEqual([honest.greeted, honest.helped, honest.broken, honest.overtaken], [honest.placed, honest.placed, 0, 0]);
  assert.ok(honest.to_greeting.worst_ms < 3_000);
  await sweep();
});
