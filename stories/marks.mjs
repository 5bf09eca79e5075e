// What a sweep looks for: a caller's number of nine digits (without the 0 or the country code) and addresses, in whatever way
// they could be written.

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

export const ascii = (text) => Buffer.from(text, "latin1");
export const hex = (text) => ascii(text).toString("hex");
export const utf16 = (text) => Buffer.from(text, "utf16le");
/** What a text becomes in Base64 at each of the three places of its first byte; only whole characters of the text. */
const base64 = (text) => [0, 1, 2].map((lead) => Buffer.concat([Buffer.alloc(lead), ascii(text)]).toString("base64").slice(lead ? 4 : 0, -4));
const reversed = (text) => [...text].reverse().join("");
/** Swapped pairs of digits, as telephone networks write them (3GPP TS 24.008, TBCD). */
export const swapped = (digits) => digits.replace(/(\d)(\d)/g, "$2$1");

/** What must be found nowhere: the number in every spelling, and the addresses in theirs. */
export function marks(core, addresses = []) {
  const found = new Map();
  const mark = (name, bytes) => found.set(name, Buffer.isBuffer(bytes) ? bytes : ascii(bytes));
  mark("digits", core);
  mark("digits reversed", reversed(core));
  mark("swapped digits", swapped(`0${core}`));
  const pairs = core.slice(1).match(/../g);
  mark("with spaces", pairs.join(" "));
  mark("with hyphens", pairs.join("-"));
  mark("with dots", pairs.join("."));
  mark("hexadecimal", hex(core));
  mark("hexadecimal capitals", hex(core).toUpperCase());
  mark("UTF-16", utf16(core));
  mark("UTF-16 in hexadecimal", utf16(core).toString("hex"));
  base64(core).forEach((text, index) => mark(`Base64, ${index}`, text));
  for (const [who, address] of addresses) {
    const bytes = Buffer.from(address.split(".").map(Number));
    mark(`${who}'s address`, address);
    mark(`${who}'s address as bytes`, bytes);
    mark(`${who}'s address in hexadecimal`, bytes.toString("hex"));
    mark(`${who}'s address as a number`, `${bytes.readUInt32BE()}`);
    mark(`${who}'s address reversed`, address.split(".").reverse().join("."));
    mark(`${who}'s address in UTF-16`, utf16(address));
    mark(`${who}'s address mapped`, `::ffff:${address}`);
    base64(address).forEach((text, index) => mark(`${who}'s address in Base64, ${index}`, text));
  }
  return found;
}

/** Every file in a folder and those in it. */
export function filesIn(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ? filesIn(path) : [path];
  });
}
