// @ts-check
// At-risk signals on the desk: raised with a few words, and told to those who supervise with a tone as soon as one waits.

import { warn } from "./tones.js";

/**
 * @param {HTMLElement} own where a signal is raised
 * @param {HTMLElement} all where those who supervise see them
 * @param {{ send: (message: object) => boolean, speak: (text: string) => void, say: (name: string) => string }} desk
 */
export function signals(own, all, { send, speak, say }) {
  /** How many waited when the part was drawn last; unknown before the first time. @type {Map<string, string> | null} */
  let waiting = null;

  own.addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    const text = form.elements.namedItem("words");
    if (!(text instanceof HTMLTextAreaElement)) return;
    if (!send({ do: "signal", call: form.dataset.call, words: text.value })) return speak(say("not_noted"));
    // What was sent is not kept as a draft: it stands in the signal now.
    text.value = "";
    text.removeAttribute("data-touched");
    const more = form.closest("details");
    if (more) more.open = false;
  });
  own.addEventListener("input", (event) => {
    if (event.target instanceof HTMLTextAreaElement) event.target.setAttribute("data-touched", "");
  });

  return {
    /** The list was drawn anew: one that is new, or that waits longer than it may, is told. */
    drawn() {
      const now = new Map(
        [...all.querySelectorAll('li[data-alert="true"]')].map((one) => {
          const id = one.getAttribute("data-signal") ?? "";
          return /** @type {[string, string]} */ ([id, one.querySelector("strong")?.textContent ?? ""]);
        }),
      );
      const before = waiting;
      waiting = now;
      if (![...now].some(([id, stage]) => before === null || before.get(id) !== stage)) return;
      warn();
      speak(say("signal"));
    },
  };
}
