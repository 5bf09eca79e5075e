// @ts-check
// Keyboard shortcuts. They never fire while somebody types, and can be switched off.

import { shortcut, takesText } from "./pure.js";

/**
 * Calls what belongs to a key; what is called says whether it used the key.
 * @param {(name: string) => boolean} press
 * @param {() => boolean} enabled
 */
export function listen(press, enabled) {
  document.addEventListener("keydown", (event) => {
    const target = event.target instanceof HTMLElement ? event.target : null;
    const name = shortcut(event, takesText(target));
    if (!name || event.defaultPrevented) return;
    if (name !== "ctrl+enter" && !enabled()) return;
    if (press(name)) event.preventDefault();
  });
}
