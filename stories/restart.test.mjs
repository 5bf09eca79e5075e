// A crash does not cost callers their place: whoever calls again soon after is served in the old order.

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import * as trial from "./house.mjs";

/** A line that rings until a human answers: SIPp's 200 is the moment of a caller's turn. */
const RINGS = "0199000807";
/** Numbers of the range set aside for fiction (06 39 98), one for each caller. */
const CALLERS = Array.from({ length: 20 }, (_, index) => `06399820${String(index).padStart(2, "0")}`);
const NEWCOMER = "0639982099";

/** Folders in memory for keys; none outlives the story. */
const memories = [];
function memory() {
  memories.push(mkdtempSync("/dev/shm/vigie-story-"));
  return { XDG_RUNTIME_DIR: memories.at(-1) };
}
after(() => memories.forEach((folder) => rmSync(folder, { recursive: true })));

const placesOf = (house) => join(house.data, "places.sealed");

/** Waits until so many have entered the queue since the service started. */
const queued = (house, many) =>
  trial.until(`${many} wait`, async () => (await house.metric("vigie_calls_queued_total")) === many, 20_000);

/** The listener takes calls until so many numbers had their turn; the numbers, in order. */
async function served(page, phones, many) {
  const turns = () => phones.flatMap((phone) => phone.turns()).sort((one, other) => one.at - other.at);
  await page.locator('[data-do="ready"]').click();
  for (let taken = 1; taken <= many; taken += 1) {
    await trial.rings(page);
    await trial.accept(page);
    await trial.until("the caller is answered", () => turns().length === taken);
    // The next one rings at once, so the desk is not seen to be ready in between.
    const form = page.locator("#part-record form#record");
    await form.locator('input[name="grade"][value="1"]').check();
    await page.locator('.status[data-presence="wrapping-up"]').waitFor();
    await page.keyboard.press("Control+Enter");
  }
  return turns().map((turn) => turn.number);
}

test("twenty callers wait, the service is killed, they call again in another order: they are served in the old one", async () => {
  const environment = memory();
  const killed = await trial.House.open({ environment });
  const before = new trial.WaitingPhones(killed, RINGS, CALLERS);
  await queued(killed, CALLERS.length);
  // Places are written once a second at most.
  await trial.sleep(1_500);
  assert.ok(existsSync(placesOf(killed)));
  await killed.kill("SIGKILL");
  before.close();

  const house = await trial.House.open({ data: killed.data, environment });
  assert.match(house.log, /places=20/);
  const newcomer = new trial.WaitingPhones(house, RINGS, [NEWCOMER]);
  await queued(house, 1);
  const scrambled = CALLERS.map((number, index) => ({ number, key: (index * 7) % CALLERS.length }));
  scrambled.sort((one, other) => one.key - other.key);
  const again = scrambled.map(({ number }) => number);
  assert.notDeepEqual(again, CALLERS);
  const phones = new trial.WaitingPhones(house, RINGS, again);
  await queued(house, CALLERS.length + 1);

  const listening = await trial.browser(1000);
  const page = await trial.desk(listening, house);
  assert.deepEqual(await served(page, [phones, newcomer], CALLERS.length + 1), [...CALLERS, NEWCOMER]);
  await trial.until("nobody waits, and nothing is left of who did", () => !existsSync(placesOf(house)));
  assert.deepEqual(page.problems, []);
  await listening.close();
  await house.close();
});

test("a file of places that was cut short, or sealed elsewhere, is told of and started without", async () => {
  const data = mkdtempSync(join(tmpdir(), "vigie-story-"));
  const file = join(data, "places.sealed");
  const environment = memory();
  const waiting = await trial.House.open({ data, environment });
  const phones = new trial.WaitingPhones(waiting, RINGS, CALLERS.slice(0, 1));
  await queued(waiting, 1);
  await trial.until("the place is written", () => existsSync(file));
  await waiting.kill("SIGKILL");
  phones.close();
  const whole = readFileSync(file);

  const spoilt = [
    ["cut short", () => truncateSync(file, 100), environment],
    ["foreign", () => writeFileSync(file, "Dear diary, ".repeat(500)), environment],
    ["without its key", () => writeFileSync(file, whole), memory()],
  ];
  for (const [what, spoil, environment] of spoilt) {
    spoil();
    const house = await trial.House.open({ data, environment });
    assert.match(house.log, /WARN .*the places of callers who waited cannot be read/, what);
    await trial.until(`${what}: it is gone`, () => !existsSync(file));
    assert.equal((await house.get("/health")).status, 200);
    await house.close();
  }
});
