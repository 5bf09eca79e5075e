// What a sweep looks for: a caller's number of nine digits (without the 0 or the country code) and addresses, in whatever way
// they could be written; and how many of them are looked for at once. `sweep.mjs` says where.

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

/** Marks by their names: what a function gives to the function that it is given. */
function named(give) {
  const found = new Map();
  give((name, bytes) => found.set(name, Buffer.isBuffer(bytes) ? bytes : ascii(bytes)));
  return found;
}

/** A number in every spelling. */
export const marksOfNumber = (core) => named((mark) => {
  mark("digits", core);
  mark("digits reversed", reversed(core));
  mark("swapped digits", swapped(`0${core}`));
  const pairs = core.slice(1).match(/../g);
  mark("with spaces", pairs.join(" "));
  mark("with hyphens", pairs.join("-"));
  mark("with dots", pairs.join("."));
  mark("hexadecimal", hex(core));
  mark("UTF-16", utf16(core));
  mark("UTF-16 in hexadecimal", utf16(core).toString("hex"));
  base64(core).forEach((text, index) => mark(`Base64, ${index}`, text));
});

/** An address (IPv4) in every spelling. */
export const marksOfAddress = (address) => named((mark) => {
  const bytes = Buffer.from(address.split(".").map(Number));
  mark("address", address);
  mark("address as bytes", bytes);
  mark("address in hexadecimal", bytes.toString("hex"));
  mark("address as a number", `${bytes.readUInt32BE()}`);
  mark("address reversed", address.split(".").reverse().join("."));
  mark("address in UTF-16", utf16(address));
  mark("address mapped", `::ffff:${address}`);
  base64(address).forEach((text, index) => mark(`address in Base64, ${index}`, text));
});

/** Looks for thousands of marks in one pass: each byte is read once, and marks are compared where their first four bytes are. */
export class Search {
  constructor() {
    this.begins = new Map();
    this.pairs = new Uint8Array(65_536);
  }

  /** Adds marks of somebody. */
  add(whose, marks) {
    for (const [name, mark] of marks) {
      const first = mark.readUInt32BE(0);
      this.pairs[first >>> 16] = 1;
      if (!this.begins.has(first)) this.begins.set(first, []);
      this.begins.get(first).push({ whose, name, mark });
    }
  }

  /** Every mark that is in these bytes, and where: `{ whose, name, at }`. */
  in(bytes) {
    const found = [];
    for (let at = 0; at + 4 <= bytes.length; at += 1) {
      if (this.pairs[(bytes[at] << 8) | bytes[at + 1]] === 0) continue;
      for (const { whose, name, mark } of this.begins.get(bytes.readUInt32BE(at)) ?? []) {
        if (bytes.subarray(at, at + mark.length).equals(mark)) found.push({ whose, name, at });
      }
    }
    return found;
  }
}

/** Every file in a folder and those in it. */
export function filesIn(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ? filesIn(path) : [path];
  });
}
