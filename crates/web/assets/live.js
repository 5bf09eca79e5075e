// @ts-check
// Swaps parts of a page without disturbing who works in it: focus, caret, scroll and what was typed stay.

import { backOff, clock, gap, patience } from "./pure.js";

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}

/** The texts that the page brought along. @returns {(name: string) => string} */
export function words() {
  /** @type {Map<string, string>} */
  const texts = new Map();
  const template = document.getElementById("words");
  if (template instanceof HTMLTemplateElement) {
    for (const item of template.content.querySelectorAll("[data-word]")) {
      texts.set(item.getAttribute("data-word") ?? "", item.textContent ?? "");
    }
  }
  return (name) => texts.get(name) ?? name;
}

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Control */

/** @param {Element} root @returns {Control[]} */
function controls(root) {
  return [...root.querySelectorAll("input[name], textarea[name], select[name]")].flatMap((control) =>
    control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement || control instanceof HTMLSelectElement
      ? [control]
      : [],
  );
}

/** How the same control is found again after a swap. @param {Element} element */
function selector(element) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  if (element.tagName === "SUMMARY" && element.parentElement?.id) return `#${CSS.escape(element.parentElement.id)} > summary`;
  const name = element.getAttribute("name");
  const value = element instanceof HTMLInputElement && /radio|checkbox/.test(element.type) ? element.value : null;
  if (name) return `[name="${CSS.escape(name)}"]${value === null ? "" : `[value="${CSS.escape(value)}"]`}`;
  const action = element.getAttribute("data-do");
  const entry = element.getAttribute("data-entry");
  if (action) return `[data-do="${CSS.escape(action)}"]${entry === null ? "" : `[data-entry="${CSS.escape(entry)}"]`}`;
  return null;
}

/**
 * Notes that somebody has set a control, so that what the house draws does not overwrite it.
 * @param {Element} control
 */
export function touch(control) {
  control.setAttribute("data-touched", "");
}

/** Carries over what was typed, when the new form is about the same record. @param {Element} old @param {Element} fresh */
function keepDrafts(old, fresh) {
  for (const form of old.querySelectorAll("[data-draft]")) {
    const same = fresh.querySelector(`[data-draft="${CSS.escape(form.getAttribute("data-draft") ?? "")}"]`);
    if (!same) continue;
    for (const control of controls(form)) {
      // What nobody has touched is the house's to fill in: perhaps it has just found what an earlier page saved.
      const target = control.hasAttribute("data-touched") ? same.querySelector(selector(control) ?? ":not(*)") : null;
      if (!target) continue;
      touch(target);
      if (control instanceof HTMLInputElement && target instanceof HTMLInputElement) {
        target.value = control.value;
        target.checked = control.checked;
      } else if (
        (control instanceof HTMLTextAreaElement && target instanceof HTMLTextAreaElement) ||
        (control instanceof HTMLSelectElement && target instanceof HTMLSelectElement)
      ) {
        target.value = control.value;
      }
    }
  }
  for (const open of old.querySelectorAll("details[id]")) {
    const same = fresh.querySelector(`#${CSS.escape(open.id)}`);
    if (open instanceof HTMLDetailsElement && same instanceof HTMLDetailsElement) same.open = open.open;
  }
}

/**
 * Lets a button that asks twice wait for the second press, and no longer than this.
 * @param {Element} button
 * @param {number} time in milliseconds
 */
export function arm(button, time) {
  // The mark is found again on the button that a drawing has put in the place of this one.
  const mark = String(performance.now());
  button.setAttribute("data-armed", mark);
  setTimeout(() => document.querySelector(`[data-armed="${mark}"]`)?.removeAttribute("data-armed"), time);
}

/**
 * A drawing between two presses of a button does not undo the first, unless what it does depends on a choice that may have
 * changed with it.
 * @param {Element} old
 * @param {Element} fresh
 */
function keepArmed(old, fresh) {
  for (const button of old.querySelectorAll("[data-armed]:not([data-choice])")) {
    const same = fresh.querySelectorAll(selector(button) ?? ":not(*)");
    const mark = button.getAttribute("data-armed");
    if (mark && same.length === 1) same[0]?.setAttribute("data-armed", mark);
  }
}

/**
 * Puts new content into a part. The content comes from the house, which escapes everything.
 * @param {Element} part
 * @param {string} html
 */
export function swap(part, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const fresh = document.createElement("div");
  fresh.append(template.content);
  const focused = document.activeElement && part.contains(document.activeElement) ? document.activeElement : null;
  const again = focused ? selector(focused) : null;
  /** @type {[number | null, number | null] | null} */
  const caret =
    focused instanceof HTMLTextAreaElement || (focused instanceof HTMLInputElement && focused.type === "text")
      ? [focused.selectionStart, focused.selectionEnd]
      : null;
  const scrolled = [...part.querySelectorAll("[id]")]
    .filter((element) => element.scrollTop > 0)
    .map((element) => /** @type {const} */ ([element.id, element.scrollTop]));
  keepDrafts(part, fresh);
  keepArmed(part, fresh);
  part.replaceChildren(...fresh.childNodes);
  for (const [id, top] of scrolled) {
    const element = document.getElementById(id);
    if (element) element.scrollTop = top;
  }
  const target = again ? part.querySelector(again) : null;
  if (focused && !target && part instanceof HTMLElement) {
    // What had the focus is gone: the keyboard goes on from the part it was in, and not from the top of the page.
    part.tabIndex = -1;
    part.focus({ preventScroll: true });
  }
  if (target instanceof HTMLElement) {
    target.focus({ preventScroll: true });
    if (caret && (target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement)) {
      target.setSelectionRange(caret[0], caret[1]);
    }
  }
}

/** Moves every clock of the page on. @param {number} now the house's time, in milliseconds */
export function tick(now) {
  for (const element of document.querySelectorAll("[data-until]")) {
    const text = clock(Number(element.getAttribute("data-until")) - now);
    if (element.textContent !== text) element.textContent = text;
  }
  for (const element of document.querySelectorAll("[data-from]")) {
    const text = clock(now - Number(element.getAttribute("data-from")));
    if (element.textContent !== text) element.textContent = text;
  }
}

/** What is said when one socket is left for another: the page stays. */
const RENEWED = 4000;

/** A socket that comes back by itself. */
export class Wire {
  /**
   * @param {string} path
   * @param {{ message: (message: any) => void, up: () => void, down: () => void }} handlers
   * @param {number} silence how long it may hear nothing before it takes the connection for dead, in milliseconds
   */
  constructor(path, handlers, silence) {
    this.path = path;
    this.handlers = handlers;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.attempt = 0;
    /** How many tries took too long, since the last one that did not. */
    this.slow = 0;
    this.stopped = false;
    /** @type {number | null} */
    this.last = null;
    this.heard = Date.now();
    /** @type {number | undefined} */
    this.next = undefined;
    this.watch = setInterval(() => {
      if (this.socket?.readyState === WebSocket.OPEN && Date.now() - this.heard > silence) this.renew();
    }, 1000);
    this.network = () => this.renew();
    window.addEventListener("online", this.network);
    this.#open();
  }

  #open() {
    clearTimeout(this.next);
    if (this.stopped) return;
    const address = new URL(this.path, location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address);
    this.socket = socket;
    const slow = setTimeout(() => {
      if (this.socket !== socket) return;
      this.slow += 1;
      this.#leave();
      this.#open();
    }, patience(this.slow));
    socket.addEventListener("open", () => {
      clearTimeout(slow);
      if (this.socket !== socket) return;
      this.attempt = 0;
      this.slow = 0;
      this.last = null;
      this.heard = Date.now();
      this.handlers.up();
    });
    socket.addEventListener("message", (event) => {
      if (this.socket !== socket) return;
      this.heard = Date.now();
      const message = JSON.parse(String(event.data));
      if (typeof message.seq === "number") {
        if (gap(this.last, message.seq)) this.send({ do: "snapshot" });
        this.last = message.seq;
      }
      this.handlers.message(message);
    });
    socket.addEventListener("close", () => {
      clearTimeout(slow);
      if (this.socket !== socket) return;
      this.socket = null;
      this.handlers.down();
      this.next = setTimeout(() => this.#open(), backOff(this.attempt, Math.random()));
      this.attempt += 1;
    });
  }

  #leave() {
    const socket = this.socket;
    this.socket = null;
    socket?.close(RENEWED);
  }

  /** Leaves the connection for a new one at once: the network under it has changed. */
  renew() {
    if (this.stopped) return;
    const opened = this.socket?.readyState === WebSocket.OPEN;
    this.#leave();
    if (opened) this.handlers.down();
    this.#open();
  }

  /** Whether there is a connection to send on. */
  open() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  /** Sends a message; false when there is no connection to send it on. @param {object} message */
  send(message) {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  /** Ends it for good. */
  stop() {
    this.stopped = true;
    clearTimeout(this.next);
    clearInterval(this.watch);
    window.removeEventListener("online", this.network);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }
}
