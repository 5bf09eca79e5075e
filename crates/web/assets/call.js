// @ts-check
// The public call page. It keeps nothing: no cookie, no storage, no change of the address.

import { Wire, byId, words } from "./live.js";
import { clock, dials, shortcut } from "./pure.js";
import { Sound, SoundFault } from "./sound.js";

/** How long a call is looked for whose network went, in milliseconds. The house keeps it about as long. */
const RETURN_TIME = 20_000;

/** How quickly the second Escape must follow the first. */
const TWICE = 1000;

/** Where a call can be. */
const STATES = ["welcoming", "finding", "ringing", "talking", "held", "reconnecting", "line_closed", "ended"];

/** What can stand in the way; the page has a text for each that says what to do. */
const TROUBLES = [
  "insecure", "unable", "refused", "absent", "busy", "blocked", "lost", "unreachable", "malformed", "no_audio",
  "unknown_line", "queue_full", "unavailable",
];

const say = words();
const panel = byId("panel");
const button = /** @type {HTMLButtonElement} */ (byId("call"));
const state = byId("state");
const timer = byId("timer");
const controls = byId("controls");
const trouble = byId("trouble");
const keypad = byId("keypad");
const muteButton = byId("mute");
const keysButton = byId("keys");
const exit = /** @type {HTMLAnchorElement} */ (byId("quick-exit"));

/**
 * `token` is what the call is found by after its socket broke: it is kept nowhere but here. `restarting` is until when the answer
 * to an offer of a new way is waited for.
 * @typedef {{ sound: Sound, wire: Wire | null, token: string | null, word: string, lostAt: number | null, restarting: number,
 *   talkingSince: number | null, over: boolean }} Call
 */
/** @type {Call | null} */
let call = null;

/** @param {string} word */
function tell(word) {
  state.textContent = word === "" ? "" : say(word);
  panel.dataset.state = word;
}

/** @param {string} word */
function help(word) {
  trouble.hidden = word === "";
  trouble.textContent = word === "" ? "" : say(word);
}

/** Ends a call on this side. @param {Call} ending @param {string} word */
function finish(ending, word) {
  if (ending.over) return;
  ending.over = true;
  ending.sound.close();
  ending.wire?.send({ hang_up: true });
  ending.wire?.stop();
  if (call !== ending) return;
  call = null;
  tell(word);
  timer.hidden = true;
  controls.hidden = true;
  keypad.hidden = true;
  keysButton.setAttribute("aria-expanded", "false");
  button.hidden = false;
  button.disabled = false;
  button.textContent = say("call_again");
  if (word === "ended" || word === "line_closed") button.focus();
}

/** @param {Call} failing @param {string} word */
function fail(failing, word) {
  finish(failing, "");
  help(TROUBLES.includes(word) ? word : "unavailable");
}

async function begin() {
  if (call) return;
  const speaker = /** @type {HTMLAudioElement} */ (byId("voice"));
  const mine = /** @type {Call} */ ({
    sound: new Sound(speaker), wire: null, token: null, word: "finding", lostAt: null, restarting: 0, talkingSince: null,
    over: false,
  });
  call = mine;
  help("");
  button.disabled = true;
  tell("microphone");
  try {
    await mine.sound.openMicrophone(new URLSearchParams(location.search).get("raw") === "1");
    const offer = await mine.sound.offer();
    if (mine.over) return;
    tell("finding");
    button.hidden = true;
    controls.hidden = false;
    // Each call has a microphone of its own, which nobody has muted yet.
    muteButton.removeAttribute("data-muted");
    byId("hang-up").focus();
    mine.sound.onState = (word) => {
      if (word === "blocked") fail(mine, mine.talkingSince === null ? "blocked" : "lost");
      if (word === "connected") found(mine);
      if (word === "lost") lost(mine);
    };
    connect(mine, offer);
  } catch (fault) {
    fail(mine, fault instanceof SoundFault ? fault.word : "unable");
  }
}

/** @param {Call} mine @param {string} offer */
function connect(mine, offer) {
  const asked = new URLSearchParams({ lang: panel.dataset.lang ?? "fr" });
  if (panel.dataset.line) asked.set("line", panel.dataset.line);
  let closed = false;
  mine.wire = new Wire(`/call/ws?${asked}`, {
    up() {
      mine.wire?.send(mine.token === null ? { offer } : { resume: mine.token });
      mine.restarting = 0;
      if (mine.lostAt !== null) void restart(mine);
    },
    down() {
      // Where the house hears us and we hear it, the talk goes on while another socket is opened.
      if (mine.token === null) fail(mine, "unreachable");
    },
    message(message) {
      if (typeof message.token === "string") mine.token = message.token;
      if (typeof message.answer === "string") {
        mine.restarting = 0;
        mine.sound.answer(message.answer).catch(() => fail(mine, "blocked"));
      }
      if (message.restarted === false) mine.restarting = 0;
      if (typeof message.refused === "string") fail(mine, mine.token === null ? message.refused : "lost");
      if (typeof message.state === "string") {
        closed ||= message.state === "line_closed";
        follow(mine, message.state, closed);
      }
    },
  }, Infinity);
}

/** The sound stopped, though nobody hung up: the same call is looked for, over another socket. @param {Call} mine */
function lost(mine) {
  if (mine.over || mine.lostAt !== null || mine.token === null) return;
  mine.lostAt = Date.now();
  tell("returning");
  mine.wire?.renew();
}

/** @param {Call} mine */
function found(mine) {
  if (mine.lostAt === null) return;
  mine.lostAt = null;
  tell(mine.word);
}

/** Asks for a new way for the sound. @param {Call} mine */
async function restart(mine) {
  if (mine.over || Date.now() < mine.restarting) return;
  mine.restarting = Date.now() + 3000;
  const offer = await mine.sound.restart().catch(() => null);
  if (offer === null || !mine.wire?.send({ restart: offer })) mine.restarting = 0;
}

/** Goes on looking for a call whose network went; not for ever. */
function look() {
  if (!call || call.lostAt === null) return;
  if (Date.now() - call.lostAt > RETURN_TIME) fail(call, "lost");
  else if (call.wire?.open()) void restart(call);
}

/** @param {Call} mine @param {string} word @param {boolean} closed */
function follow(mine, word, closed) {
  if (mine.over || !STATES.includes(word)) return;
  if (word === "ended") {
    finish(mine, closed ? "line_closed" : "ended");
    return;
  }
  mine.word = word;
  if (mine.lostAt === null) tell(word);
  if (word === "talking") mine.talkingSince ??= Date.now();
  timer.hidden = mine.talkingSince === null;
  showTime();
}

function showTime() {
  if (call?.talkingSince) timer.textContent = clock(Date.now() - call.talkingSince);
}

function hangUp() {
  if (call) finish(call, "ended");
}

/** Leaves at once: the call ends, and the page is not in the history any more. */
function leave() {
  hangUp();
  location.replace(exit.href);
}

setInterval(() => {
  showTime();
  look();
}, 500);

let escaped = -Infinity;
document.addEventListener("keydown", (event) => {
  const key = shortcut(event, false);
  if (call && !keypad.hidden && key && dials(key)) call.sound.press(key);
  if (event.key !== "Escape") return;
  if (event.timeStamp - escaped < TWICE) leave();
  escaped = event.timeStamp;
});
exit.addEventListener("click", (event) => {
  event.preventDefault();
  leave();
});
button.addEventListener("click", () => void begin());
byId("hang-up").addEventListener("click", hangUp);
muteButton.addEventListener("click", () => {
  if (!call) return;
  call.sound.mute(!call.sound.muted);
  muteButton.toggleAttribute("data-muted", call.sound.muted);
});
keysButton.addEventListener("click", () => {
  keypad.hidden = !keypad.hidden;
  keysButton.setAttribute("aria-expanded", String(!keypad.hidden));
});
keypad.addEventListener("click", (event) => {
  const key = event.target instanceof HTMLElement ? event.target.dataset.key : undefined;
  if (key) call?.sound.press(key);
});
window.addEventListener("pagehide", hangUp);
button.disabled = false;
