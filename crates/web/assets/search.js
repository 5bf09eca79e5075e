// @ts-check
// The search of the directory on the desk: asked as one types, walked with the arrows, given with one key.

/** How long after the last key the directory is asked. */
const CALM = 120;

/**
 * @param {HTMLElement} part where the search is
 * @param {{ send: (message: object) => boolean, press: (button: HTMLElement) => void }} desk
 */
export function directorySearch(part, { send, press }) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const form = () => {
    const element = part.querySelector("#directory-search");
    return element instanceof HTMLFormElement ? element : null;
  };

  const buttons = () =>
    [...part.querySelectorAll('#search-found [data-do="give"]')].flatMap((one) => (one instanceof HTMLElement ? [one] : []));

  function ask() {
    const element = form();
    if (element) send({ do: "search", form: Object.fromEntries(new FormData(element)) });
  }

  part.addEventListener("input", (event) => {
    if (!(event.target instanceof Element) || !form()?.contains(event.target)) return;
    event.target.setAttribute("data-touched", "");
    clearTimeout(timer);
    timer = setTimeout(ask, CALM);
  });

  part.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    ask();
  });

  // From the text down into what was found, and up again; Enter on a button is the browser's own.
  part.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !(event.target instanceof HTMLElement)) return;
    const field = part.querySelector("#search-text");
    const walk = [...(field instanceof HTMLElement ? [field] : []), ...buttons()];
    const here = walk.indexOf(event.target);
    if (here < 0) return;
    event.preventDefault();
    walk[Math.min(walk.length - 1, Math.max(0, here + step))]?.focus();
  });

  return {
    /** Goes to the search. */
    go() {
      const field = part.querySelector("#search-text");
      if (!(field instanceof HTMLInputElement)) return false;
      field.focus();
      field.select();
      return true;
    },
    /** Gives the entry with this number. @param {string} number */
    give(number) {
      if (!/^[1-9]$/.test(number)) return false;
      const button = part.querySelector(`[data-nth="${number}"]`);
      if (!(button instanceof HTMLElement)) return false;
      press(button);
      return true;
    },
  };
}
