// @ts-check
// The bar of those who oversee: how many at-risk signals are open, on every page, as it changes. A signal that is new, or
// that waits for longer than it may, is told with a tone, aloud to a screen reader, and in the title of the window.

import { Wire, byId, swap } from "./live.js";
import { warn } from "./tones.js";

/** After how long without a word the connection is taken for dead, in milliseconds. */
const SILENCE = 15000;
/** Where the tab remembers what it has told: a page that follows on another does not tell it again. */
const TOLD = "vigie-signals-told";

const told = byId("told");
const words = /** @type {HTMLElement} */ (told.firstElementChild);
const tally = document.getElementById("tally");
const title = document.title;

/** @returns {string[]} */
function remembered() {
  try {
    return (sessionStorage.getItem(TOLD) ?? "").split(" ");
  } catch {
    return [];
  }
}

/** @param {{ tally?: string, due?: string[] }} message */
function message({ tally: drawn, due }) {
  if (drawn === undefined || due === undefined) return;
  if (tally) swap(tally, drawn);
  const before = remembered();
  try {
    sessionStorage.setItem(TOLD, due.join(" "));
  } catch {
    // A browser that keeps nothing tells it again on the next page.
  }
  // The desk tells of them itself, and its title tells of calls.
  if (told.hasAttribute("data-quiet")) return;
  document.title = due.length > 0 ? `(${due.length}) ${title}` : title;
  if (due.some((one) => !before.includes(one))) {
    warn();
    // The same words again are read aloud again only where they came anew.
    words.hidden = true;
    setTimeout(() => (words.hidden = false), 100);
  } else words.hidden = due.length === 0;
}

new Wire(told.dataset.socket ?? "", { message, up() {}, down() {} }, SILENCE);
