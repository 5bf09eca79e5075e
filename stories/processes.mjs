// What stories start and wait for: processes that none outlives, and looks that are repeated until they are true.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const program = process.env.VIGIE ?? join(root, "target", "debug", "vigie");

/** Every process a story started: none outlives its story file by much, however the story ends. A file's own `after`
 * comes later than this one and still needs its house, so the end waits; a file that ended well has nothing left to end. */
const started = new Set();
after(() => setTimeout(() => started.forEach((process) => process.kill("SIGKILL")), 30_000).unref());

const left = [];
/** Has something closed when its story file has ended, if that did not do it: else a story that failed would never end. */
export const outlived = (close) => left.push(close);
after(() => setTimeout(() => left.forEach((close) => close().catch(() => {})), 30_000).unref());

/** Starts something that ends with the story. */
export function start(command, options, settings) {
  const process = spawn(command, options, settings);
  started.add(process);
  process.once("exit", () => started.delete(process));
  return process;
}

/** Starts the program itself; in a place of its own, if one is named. */
export function begin(options, settings, place = null) {
  const [first, ...rest] = [...(place?.prefix ?? []), program, ...options];
  return start(first, rest, settings);
}

export const sleep = (ms) => new Promise((wake) => setTimeout(wake, ms));

/** Waits until `look` answers something true, and answers that. */
export async function until(what, look, within = 10_000) {
  const end = Date.now() + within;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) assert.fail(`${what}: not within ${within} ms`);
    await sleep(20);
  }
}
