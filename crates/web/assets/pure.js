// @ts-check
// What the pages compute without touching a page: each function here is tested by itself.

/**
 * A length of time on a running clock: "0:07", "12:30", "1:02:03".
 * @param {number} milliseconds
 */
export function clock(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** So many tries follow each other quickly: as long as a call waits for whoever lost their network. */
const QUICK_TRIES = 25;

/**
 * How long to wait before trying again, in milliseconds: at first well under a second, later longer each time, never over ten
 * seconds, and not all at the same moment.
 * @param {number} attempt counted from zero
 * @param {number} chance from 0 to 1
 */
export function backOff(attempt, chance) {
  const longest =
    attempt < QUICK_TRIES ? Math.min(600, 300 * (attempt + 1)) : Math.min(10_000, 600 * 2 ** Math.min(attempt - QUICK_TRIES, 10));
  return Math.round(longest * (0.5 + chance / 2));
}

/**
 * How long a connection may take before another is tried, in milliseconds: what was sent into a dead network is sent again
 * seconds after the network is back, a new try at once. A slow network gets its time at last.
 * @param {number} slow how many tries took too long before
 */
export function patience(slow) {
  return slow < 6 ? 1500 : 10_000;
}

/**
 * The loudness of some samples from 0 (silence) to 1, on a scale that an eye finds even.
 * @param {Float32Array} samples
 */
export function loudness(samples) {
  if (samples.length === 0) return 0;
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibels = 10 * Math.log10(sum / samples.length + 1e-10);
  return Math.min(1, Math.max(0, (decibels + 60) / 60));
}

/**
 * Since when nothing is heard of the other side; null while something is, or while nothing need be.
 * @param {number | null} since
 * @param {number} level how loud it is, from 0 to 1
 * @param {boolean} expected
 * @param {number} now
 */
export function unheard(since, level, expected, now) {
  // Below -54 dB a telephone line is silent: breath and a quiet room are above.
  return expected && level < 0.1 ? (since ?? now) : null;
}

/**
 * @typedef {{ lost: number, received: number, jitter: number, roundTrip: number | null }} Figures
 * @typedef {"good" | "fair" | "poor" | "unknown"} Quality
 */

/**
 * What the figures of the last seconds mean for two people who talk.
 * @param {Figures} now
 * @param {Figures | null} before
 * @returns {{ quality: Quality, bars: number, loss: number }}
 */
export function judge(now, before) {
  const received = now.received - (before?.received ?? 0);
  const lost = Math.max(0, now.lost - (before?.lost ?? 0));
  if (received <= 0 && lost === 0) return { quality: "unknown", bars: 0, loss: 0 };
  const loss = lost / Math.max(1, received + lost);
  const trip = now.roundTrip ?? 0;
  if (loss > 0.05 || trip > 0.4 || now.jitter > 0.06) return { quality: "poor", bars: 1, loss };
  if (loss > 0.01 || trip > 0.2 || now.jitter > 0.03) return { quality: "fair", bars: 2, loss };
  return { quality: "good", bars: 3, loss };
}

/**
 * Why the microphone could not be had, in a word the page has a text for.
 * @param {boolean} secure whether the page came over https or from this very machine
 * @param {boolean} able whether the browser can do it at all
 * @param {unknown} fault
 * @returns {"insecure" | "unable" | "refused" | "absent" | "busy"}
 */
export function microphoneTrouble(secure, able, fault) {
  if (!secure) return "insecure";
  if (!able) return "unable";
  const name = fault instanceof Error || fault instanceof DOMException ? fault.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "refused";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "absent";
  return "busy";
}

/**
 * The name of a shortcut, or null when the key is not for us: somebody types, or holds another key.
 * @param {{ key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean, repeat: boolean }} event
 * @param {boolean} typing
 */
export function shortcut(event, typing) {
  if (event.ctrlKey && event.key === "Enter") return "ctrl+enter";
  // A French keyboard writes it with AltGr, which some systems tell as Ctrl and Alt.
  if (event.key === "#" && !typing && !event.repeat) return "#";
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return null;
  return event.key.length === 1 ? event.key.toLowerCase() : null;
}

/**
 * Whether the microphone is given back: nobody begins a call muted by what the call before needed.
 * @param {{ presence: string, call: string | null } | null} before
 * @param {{ presence: string, call: string | null }} now
 */
export function unmutes(before, now) {
  return now.call === null || now.presence !== "talking" || (before !== null && before.presence !== "talking");
}

/**
 * Whether a key is one of a telephone's.
 * @param {string} name
 */
export function dials(name) {
  return /^[0-9*#]$/.test(name);
}

/**
 * Whether an element takes what is typed.
 * @param {{ tagName: string, type?: string, isContentEditable?: boolean } | null} element
 */
export function takesText(element) {
  if (!element) return false;
  if (element.isContentEditable) return true;
  const tag = element.tagName.toLowerCase();
  if (tag === "textarea" || tag === "select") return true;
  const buttons = ["checkbox", "radio", "button", "submit", "reset", "range", "file", "color"];
  return tag === "input" && !buttons.includes(element.type ?? "text");
}

/**
 * Whether the order of numbered messages has a gap before this one.
 * @param {number | null} last
 * @param {number} seq
 */
export function gap(last, seq) {
  return last !== null && seq !== last + 1;
}

/**
 * How many characters a text has, as the house counts them: not in halves of a pair.
 * @param {string} text
 */
export function characters(text) {
  return [...text].length;
}
