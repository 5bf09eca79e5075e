// @ts-check
// The office: what the checker would say is shown while somebody types. Without scripts, saving the draft shows it.

import { follow as showFields } from "./form.js";
import { arm, swap, touch } from "./live.js";

/** How long the typing must have rested, in milliseconds. */
const RESTED = 500;

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement} place
 */
function follow(form, place) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  let asked = 0;
  const check = async () => {
    asked += 1;
    const mine = asked;
    const pairs = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string") pairs.append(name, value);
    }
    pairs.set("do", "check");
    try {
      const answer = await fetch(form.action, { method: "POST", body: pairs });
      const text = await answer.text();
      // An answer that was overtaken by a newer question says nothing any more.
      if (answer.ok && mine === asked) swap(place, text);
      preview();
    } catch {
      // Without a connection the page stays as it is; saving will say more.
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(check, RESTED);
  });
}

/** Shows in the preview of a record what its answers ask for. */
function preview() {
  for (const form of document.querySelectorAll("form[data-preview]")) {
    if (form instanceof HTMLFormElement) showFields(form);
  }
}

// What is tried out in a preview stays while it is drawn anew.
document.addEventListener("input", (event) => {
  const control = event.target instanceof Element ? event.target : null;
  const form = control?.closest("form[data-preview]");
  if (!control || !(form instanceof HTMLFormElement)) return;
  const radios = control instanceof HTMLInputElement && control.type === "radio" ? control.name : null;
  for (const one of radios === null ? [control] : form.querySelectorAll(`input[name="${CSS.escape(radios)}"]`)) touch(one);
  showFields(form);
});

const place = document.getElementById("check");
if (place) {
  for (const form of document.querySelectorAll("form[data-check]")) {
    if (form instanceof HTMLFormElement) follow(form, place);
  }
}

// What cannot be taken back is pressed twice: the first press asks, and asks no more after a few seconds.
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button[data-twice]") : null;
  if (!button || button.hasAttribute("data-armed")) return;
  event.preventDefault();
  arm(button, 4000);
});

// A link into the page opens the step it leads to.
function open() {
  const target = location.hash ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  if (target instanceof HTMLDetailsElement) {
    target.open = true;
    target.scrollIntoView();
  }
}
addEventListener("hashchange", open);
open();

// What goes on beside everything else is followed while it goes on; without scripts, a link loads the page again.
const followed = document.querySelector("[data-follow]");
if (followed instanceof HTMLElement) {
  const work = `${followed.dataset.follow}`;
  const events = new EventSource(`${work}/events`);
  events.addEventListener("moved", async () => {
    try {
      const answer = await fetch(`${work}/part?lang=${document.documentElement.lang}`);
      if (answer.ok) swap(followed, await answer.text());
    } catch {
      // Without a connection the bar stands still; the event stream tries again.
    }
  });
  events.addEventListener("over", () => {
    events.close();
    location.reload();
  });
}
