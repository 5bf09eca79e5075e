// The sweep at the end of every story: once a service has ended, everything it wrote is searched for the numbers of all who
// called. Telephones take their numbers here, and services are watched to their end here, so that no story has to think of it.
// A place where bytes go that is none of a service's files, its log or its pages is named with `alsoSwept`.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { Search, filesIn, marksOfAddress, marksOfNumber } from "./marks.mjs";

/** Numbers (nine digits) and addresses of everybody who called in this story file. */
const numbers = new Set();
const addresses = new Set();
/** More places where bytes went, by name. */
const places = new Map();
/** What pages were told over their sockets since the last service ended. */
const frames = [];
let given = 0;

/** A number that nobody in this story file has called from, of the range set aside for fiction (06 39 98). */
export function newCaller() {
  given += 1;
  assert.ok(given <= 800, "the numbers set aside for callers are used up");
  // From 06 39 98 90 00 on they are the demonstration's directory's; what is below 79 00, stories give out themselves.
  const number = `063998${7_900 + ((given * 537) % 800)}`;
  calling(number);
  return number;
}

let rows = 0;

/** The first of so many numbers in a row that nobody else in this story file has, with the country code. */
export function newCallers(many) {
  // 06 39 98 37 00 to 44 99.
  const first = 33_639_983_700 + rows;
  rows += many;
  assert.ok(rows <= 800, "the numbers set aside for callers in a row are used up");
  for (let which = 0; which < many; which += 1) calling(`+${first + which}`);
  return `${first}`;
}

/** Tells the sweep of who calls: a number as it is written in a SIP URI, or the whole URI. What is no number has no marks. */
export function calling(identity) {
  const user = decodeURIComponent(identity).replace(/^(sips?|tel):/, "").replace(/@.*$/, "");
  const digits = user.replace(/[\s().+-]/g, "");
  if (/^\d{9,15}$/.test(digits)) numbers.add(digits.slice(-9));
}

/** Tells the sweep of an address that only callers have. */
export const callingFrom = (address) => addresses.add(address);

/** Names one more place where bytes go; `read` gives what it holds by then. */
export const alsoSwept = (place, read) => places.set(place, read);

/** Keeps what a page is told over its sockets. */
export function keepFrames(page) {
  page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => frames.push(Buffer.from(payload))));
}

/** Watches a service (its `process` and its folder `data`) to its end. `gone` gives the exit code once what it left behind has
 * been swept, and fails if something was found; what is given back only tells of the end. */
export function watched(service, folders = []) {
  Object.assign(service, { log: "", output: "", pages: new Map(), folders: [service.data, ...folders] });
  service.process.stdout?.on("data", (bytes) => (service.output += bytes));
  service.process.stderr?.on("data", (bytes) => (service.log += bytes));
  const ended = new Promise((tell) => service.process.once("close", tell));
  service.gone = ended.then((code) => {
    sweep(service, "after it ended");
    frames.length = 0;
    return code;
  });
  return ended;
}

/** Keeps what a service tells whoever asks, while it can still be asked. */
export async function ask(service) {
  const look = async (path) => {
    const response = await fetch(service.url(path), { signal: AbortSignal.timeout(1_000) });
    service.pages.set(path, JSON.stringify([...response.headers]) + (await response.text()));
  };
  // One that is gone already, or is behind a cut link, tells nothing any more.
  await Promise.allSettled(["/", "/health", "/metrics", "/annuaire", "/api/hsds"].map(look));
}

/** A file that is written anew may be gone between being listed and being read. */
function bytesOf(file) {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}

/** Every place that belongs to a service, and what it holds. */
function everything(service) {
  const files = service.folders.filter((folder) => existsSync(folder)).flatMap(filesIn);
  return [
    ...files.map((file) => [file, bytesOf(file)]),
    ["the log (standard error)", Buffer.from(service.log)],
    ["what was printed (standard output)", Buffer.from(service.output)],
    ...[...service.pages].map(([path, text]) => [`the answer to ${path}`, Buffer.from(text)]),
    ["what pages were told over their sockets", Buffer.concat(frames)],
    ...[...places].map(([place, read]) => [place, Buffer.from(read())]),
  ];
}

/** What is around a place, as far as it can be printed. */
const around = (bytes, at) => bytes.subarray(Math.max(0, at - 40), at + 60).toString("latin1").replace(/[^\x20-\x7e]/g, "·");

/** Searches everything for every caller; fails with each place where one was found. The names of the places that held anything. */
export function sweep(service, when = "while it runs", more = []) {
  const search = new Search();
  for (const number of numbers) search.add(`of the caller ${number}`, marksOfNumber(number));
  for (const address of addresses) search.add(`of the caller at ${address}`, marksOfAddress(address));
  const places = [...everything(service), ...more].filter(([, bytes]) => bytes.length > 0);
  const found = places.flatMap(([place, bytes]) =>
    search.in(bytes).map(({ whose, name, at }) => `${name} ${whose} in ${place}, byte ${at}: «${around(bytes, at)}»`));
  if (found.length > 0) {
    assert.fail(`the sweep of a service ${when} found callers in ${found.length} places, among them:\n${found.slice(0, 20).join("\n")}`);
  }
  return places.map(([place]) => place);
}
