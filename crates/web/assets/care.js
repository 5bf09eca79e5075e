// @ts-check
// The care record on the desk: drafts that save themselves, the count of the notes, the places.

import { answered, follow } from "./form.js";
import { touch } from "./live.js";
import { characters } from "./pure.js";

/** How long after the last key a draft is saved. */
const CALM = 800;
/** How long after a draft that could not be saved it is tried again. */
const AGAIN = 5000;
/** How long a press that came before the button is remembered: the end of a talk and the button are drawn one after the other. */
const EARLY = 1500;

/** @typedef {{ key: string, label: string }} Place */

/**
 * @param {HTMLElement} part where the form is
 * @param {{ send: (message: object) => boolean, say: (name: string) => string }} desk
 */
export function careRecord(part, { send, say }) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let asking;
  /** @type {Place[]} */
  let known = [];
  /** What was typed when those places were asked for. */
  let knownFor = "";
  /** The key of the field whose places were asked for last. */
  let sought = "";
  /** When the record was to be closed before it could be. */
  let early = -Infinity;

  const form = () => {
    const element = part.querySelector("form");
    return element instanceof HTMLFormElement ? element : null;
  };

  /** @param {string} word */
  function tell(word) {
    const saved = part.querySelector("#saved");
    if (saved) saved.textContent = say(word);
  }

  /** @param {"draft" | "close_record"} what */
  function post(what) {
    clearTimeout(timer);
    const element = form();
    if (!element) return;
    const call = element.dataset.call;
    if (!send({ do: what, call, form: answered(element) })) {
      tell("not_saved");
      later(AGAIN);
    }
  }

  /** @param {number} time */
  function later(time) {
    clearTimeout(timer);
    timer = setTimeout(() => post("draft"), time);
  }

  function count() {
    for (const text of part.querySelectorAll("textarea")) {
      const counter = part.querySelector(`#${CSS.escape(text.id)}-count`);
      if (!(counter instanceof HTMLElement)) continue;
      const limit = Number(counter.dataset.limit);
      const many = characters(text.value.trim());
      counter.textContent = `${many} / ${limit}`;
      counter.toggleAttribute("data-over", many > limit);
    }
  }

  /** @param {HTMLInputElement} input */
  function place(input) {
    const element = form();
    if (!element) return;
    const found = known.find((one) => one.label === input.value);
    sought = input.dataset.place ?? "";
    const field = element.elements.namedItem(sought);
    if (field instanceof HTMLInputElement) {
      field.value = found?.key ?? "";
      touch(field);
    }
    clearTimeout(asking);
    if (!found && input.value.trim().length >= 2) {
      asking = setTimeout(() => send({ do: "places", text: input.value }), 150);
    }
  }

  /** What was typed counts, and may show or hide other fields. */
  function look() {
    count();
    const element = form();
    if (element) follow(element);
  }

  /** Radios of one name are set together: choosing one takes the choice from the others. @param {Element} control */
  function touched(control) {
    const radios = control instanceof HTMLInputElement && control.type === "radio" ? control.name : null;
    const group = radios === null ? [control] : part.querySelectorAll(`input[name="${CSS.escape(radios)}"]`);
    for (const one of group) touch(one);
  }

  part.addEventListener("input", (event) => {
    if (event.target instanceof Element) touched(event.target);
    if (event.target instanceof HTMLInputElement && event.target.dataset.place) place(event.target);
    look();
    tell("saving");
    later(CALM);
  });
  // Whoever goes on without choosing means the likeliest place: typing « reims » and Tab is enough.
  part.addEventListener("change", (event) => {
    const field = event.target;
    if (!(field instanceof HTMLInputElement) || !field.dataset.place || !known[0] || field.value.trim().length < 2) return;
    if (known.some((one) => one.label === field.value) || knownFor !== field.value) return;
    field.value = known[0].label;
    place(field);
    later(CALM);
  });
  // The Enter key in a field goes on, as Tab does: it must not close a record that is being written.
  part.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || !(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    if (event.target.dataset.place) event.target.dispatchEvent(new Event("change", { bubbles: true }));
  });
  part.addEventListener("submit", (event) => {
    event.preventDefault();
    post("close_record");
  });

  return {
    /** The form was drawn anew: its counts are told again, and what was typed shows what it shows. */
    drawn() {
      look();
      const element = form();
      if (performance.now() - early > EARLY || !element?.querySelector("[type=submit]")) return;
      early = -Infinity;
      element.requestSubmit();
    },
    /** @param {{ call: string, ok: boolean }} saved */
    saved(saved) {
      if (form()?.dataset.call !== saved.call) return;
      tell(saved.ok ? "saved" : "not_saved");
      if (!saved.ok) later(AGAIN);
    },
    /** @param {string} text @param {Place[]} places */
    places(text, places) {
      known = places;
      knownFor = text;
      const list = part.querySelector(`#f-${CSS.escape(sought)}-list`);
      list?.replaceChildren(
        ...places.map((one) => {
          const option = document.createElement("option");
          option.value = one.label;
          return option;
        }),
      );
      const input = part.querySelector(`#f-${CSS.escape(sought)}`);
      // What is typed may be the very name of a place by now.
      if (input instanceof HTMLInputElement && places.some((one) => one.label === input.value)) {
        place(input);
        later(CALM);
      }
    },
    /** Closes the record, as the button does. */
    close() {
      const element = form();
      if (!element?.querySelector("[type=submit]")) {
        early = performance.now();
        return false;
      }
      element.requestSubmit();
      return true;
    },
    /** Saves at once what was typed: the page may be about to go. */
    flush() {
      if (form()) post("draft");
    },
  };
}
