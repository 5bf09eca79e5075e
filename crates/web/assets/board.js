// @ts-check
// Keeps the board up to date. Without this script the board is right at each reload.

import { byId, swap, tick, words } from "./live.js";

const say = words();
const board = byId("board");
const stale = byId("stale");
const ahead = Number(board.dataset.now) - Date.now();
let asked = false;
let busy = false;

async function refresh() {
  if (busy) {
    asked = true;
    return;
  }
  busy = true;
  try {
    for (const part of board.querySelectorAll("[data-part]")) {
      const name = part.getAttribute("data-part") ?? "";
      const answer = await fetch(`/board/part/${name}?lang=${board.dataset.lang}`);
      if (answer.status === 403) location.reload();
      if (answer.ok) swap(part, await answer.text());
    }
    tick(Date.now() + ahead);
    stale.hidden = true;
  } catch {
    tellStale();
  } finally {
    busy = false;
    if (asked) {
      asked = false;
      void refresh();
    }
  }
}

function tellStale() {
  stale.textContent = say("stale");
  stale.hidden = false;
}

const events = new EventSource("/board/events");
events.addEventListener("changed", () => void refresh());
events.addEventListener("error", tellStale);
setInterval(() => tick(Date.now() + ahead), 1000);
