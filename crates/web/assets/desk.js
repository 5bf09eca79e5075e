// @ts-check
// The desk: joins the socket, the sound, the keys and the record. Sound and drawing never wait for each other.

import { careRecord } from "./care.js";
import { directorySearch } from "./search.js";
import { signals } from "./signals.js";
import { listen } from "./keys.js";
import { Wire, arm, byId, swap, tick, words } from "./live.js";
import { dials, judge, takesText, unheard, unmutes } from "./pure.js";
import { Sound, SoundFault, devices } from "./sound.js";
import { ring, testTone } from "./tones.js";

/** How long a button that asks twice waits for the second time. */
const CONFIRM = 4000;
/** How long the call's card stays as tall as it was: a click meant for it does not land on what would move up. */
const STEADY = 2000;
/** How long the house may be without the voice that we have. */
const SILENT = 1500;
/** How long the house may say nothing: two of its signs of life. */
const SILENCE = 11_000;
/** How long an answer about the voice may take before the socket is taken for dead: at first, and once that was tried. */
const ANSWER_TIMES = [1500, 6000];
/** What can go wrong with the voice; the page has a text for each that says what to do. */
const TROUBLES = [
  "insecure", "unable", "refused", "absent", "busy", "blocked", "malformed", "no_audio", "unavailable",
];

/**
 * @typedef {{ presence: string, call: string | null, held: boolean, connected: boolean, on_duty: boolean,
 *   pause_after: boolean, wrapping_up: string | null }} State
 */

const say = words();
const sound = new Sound(/** @type {HTMLAudioElement} */ (byId("voice")));
const title = document.title;
/** @type {State | null} */
let state = null;
let ahead = 0;
let replaced = false;
/** Whether a voice is being connected, so that two are not at once. */
let connecting = false;
/** Whether a new way was looked for since the voice was last there: if that did not help, it is connected anew. */
let restarted = false;
/** Whether the socket was given up since the voice was last there. */
let renewed = false;
/** Runs while an answer about the voice is waited for. @type {number | null} */
let answerDue = null;
/** Since when the house has not had the voice that we have. @type {number | null} */
let silentSince = null;
/** Since when nothing is heard of the other side. @type {number | null} */
let unheardSince = null;
/** What waits for the voice. @type {(() => void) | null} */
let whenConnected = null;
/** What waits until the house hears the voice. @type {(() => void) | null} */
let whenHeard = null;
/** @type {import("./pure.js").Figures | null} */
let before = null;

/** @param {string} id */
const input = (id) => /** @type {HTMLInputElement} */ (byId(id));
/** @param {string} id */
const select = (id) => /** @type {HTMLSelectElement} */ (byId(id));

const wire = new Wire("/desk/ws" + location.search, {
  up() {
    byId("wire").hidden = true;
    // What the socket before was asked, it will not answer.
    connecting = false;
    restarted = false;
    noAnswerDue();
    if (whenConnected) void connect();
  },
  down() {
    byId("wire").textContent = say(replaced ? "replaced" : "lost");
    byId("wire").hidden = false;
    // A talk goes on by its voice; a ring without a socket could not be answered.
    ring(false);
  },
  message,
}, SILENCE);
const search = directorySearch(byId("part-reorientation"), { send: (message) => wire.send(message), press });
const record = careRecord(byId("part-record"), { send: (message) => wire.send(message), say });
const risk = signals(byId("part-signal"), byId("part-signals"), { send: (message) => wire.send(message), speak, say });

/** @param {any} message */
function message(message) {
  if (typeof message.now === "number") ahead = message.now - Date.now();
  if (message.part) {
    draw(message.part, message.html);
    if (message.part === "record") record.drawn();
    if (message.part === "signals") risk.drawn();
    tick(Date.now() + ahead);
  }
  if (message.state) follow(message.state);
  if (message.voice) void answered(message.voice);
  if (message.saved) record.saved(message.saved);
  if (message.places) record.places(message.text, message.places);
  if (message.trouble === "not_noted") speak(say("not_noted"));
  if (message.replaced) {
    replaced = true;
    wire.stop();
    sound.close();
  }
}

/** @param {string} name @param {string} html */
function draw(name, html) {
  const part = byId(`part-${name}`);
  const [tall, empty] = [part.offsetHeight, part.childElementCount === 0];
  swap(part, html);
  if (name === "call" && part.offsetHeight < tall) {
    part.style.minHeight = `${tall}px`;
    setTimeout(() => (part.style.minHeight = ""), STEADY);
  }
  if (name === "emergency" && empty && part.childElementCount > 0) {
    speak(say("emergency"));
    const { top, bottom } = part.getBoundingClientRect();
    if (top < 0 || bottom > innerHeight) part.scrollIntoView({ block: "start" });
  }
}

/** Says something to a screen reader at once. @param {string} text */
function speak(text) {
  byId("spoken").textContent = text;
}

/** @param {State} now */
function follow(now) {
  const rang = state?.presence === "offered";
  const rings = now.presence === "offered";
  const talked = state?.presence === "talking";
  // What was said of a ring or of a record is over with it.
  if ((rang && !rings) || (state?.presence === "wrapping-up" && now.presence !== "wrapping-up")) speak("");
  if (sound.muted && unmutes(state, now)) mute(false);
  state = now;
  const talks = now.presence === "talking";
  for (const id of ["mute", "keys"]) /** @type {HTMLButtonElement} */ (byId(id)).disabled = !talks;
  if (!talks) showKeypad(false);
  if (talked && !talks) focusRecord();
  ring(rings);
  document.title = rings ? `☎ ${say("ringing")}` : title;
  if (rings && !rang) {
    speak(say("ringing"));
    const active = document.activeElement;
    if (!(active instanceof HTMLElement) || !takesText(active)) document.getElementById("accept")?.focus();
  }
  if (now.connected && whenHeard) {
    whenHeard();
    whenHeard = null;
  }
  if (now.on_duty && !sound.connected()) void connect();
  if (!now.on_duty || now.connected || !sound.connected()) silentSince = null;
  else silentSince ??= Date.now();
}

/** After a call its record is what is left to do; who is in it already, or elsewhere on purpose, is left there. */
function focusRecord() {
  const active = document.activeElement;
  if (active !== document.body && !byId("part-call").contains(active)) return;
  const part = byId("part-record");
  part.tabIndex = -1;
  part.focus({ preventScroll: true });
}

/**
 * A voice that we have and the house does not, for longer than a moment: after a broken socket it is made anew. It is not
 * dropped before, because in a talk the two go on hearing each other.
 */
function checkVoice() {
  if (silentSince !== null && Date.now() - silentSince > SILENT) {
    silentSince = null;
    void connect();
  }
}

/** @param {string} word */
function trouble(word) {
  const element = byId("sound-trouble");
  element.hidden = word === "";
  element.textContent = word === "" ? "" : say(TROUBLES.includes(word) ? word : "unavailable");
}

async function openMicrophone() {
  await sound.openMicrophone(input("raw").checked, select("microphone").value);
  await listDevices();
}

async function connect() {
  // Once the socket is there again, what the house says of the voice brings us back here.
  if (connecting || !wire.open()) return;
  connecting = true;
  try {
    if (!sound.microphone) await openMicrophone();
    // What stood before is looked for by a new way first: its keys stay, and nothing is heard of it.
    const again = restarted ? null : await sound.restart();
    const sent = wire.send(again ? { do: "restart", offer: again } : { do: "voice", offer: await sound.offer() });
    if (sent) {
      restarted = again !== null;
      trouble("");
      noAnswerDue();
      answerDue = setTimeout(unanswered, ANSWER_TIMES[renewed ? 1 : 0]);
    } else connecting = false;
  } catch (fault) {
    connecting = false;
    whenConnected = null;
    trouble(fault instanceof SoundFault ? fault.word : "unable");
  }
}

function noAnswerDue() {
  if (answerDue !== null) clearTimeout(answerDue);
  answerDue = null;
}

/** The network may be gone under the socket too. */
function unanswered() {
  answerDue = null;
  renewed = true;
  wire.renew();
}

/** @param {{ answer?: string, refused?: string }} voice */
async function answered(voice) {
  noAnswerDue();
  try {
    if (typeof voice.answer === "string") await sound.answer(voice.answer);
    else {
      connecting = false;
      // The house has given the voice up meanwhile.
      if (restarted && sound.stood) void connect();
      else trouble(voice.refused ?? "unavailable");
    }
  } catch {
    connecting = false;
    trouble("blocked");
  }
}

sound.onState = (/** @type {string} */ word) => {
  if (word === "connected") {
    connecting = false;
    restarted = false;
    renewed = false;
    trouble("");
    const next = whenConnected;
    whenConnected = null;
    next?.();
  }
  if (word === "lost" && state?.on_duty && answerDue === null) {
    connecting = false;
    void connect();
  }
  if (word === "blocked") {
    connecting = false;
    trouble("blocked");
    if (state?.on_duty) setTimeout(() => void connect(), 3000);
  }
};

/** @param {HTMLElement} button */
function press(button) {
  const action = button.dataset.do ?? "";
  if (button.dataset.confirm && !button.hasAttribute("data-armed")) {
    // Both texts are on the button already, one over the other: it stays where it is and as wide as it was.
    arm(button, CONFIRM);
    speak(button.dataset.confirm);
    return;
  }
  const { do: _action, confirm: _confirm, choice, ...said } = button.dataset;
  const to = choice ? { to: select(choice).value } : {};
  const send = () => wire.send({ do: action, ...said, ...to });
  // Nobody is ready before a voice is there: the first call would be silent.
  if (action === "ready" && !sound.connected()) {
    whenConnected = send;
    void connect();
  } else if (action === "watch" && !state?.connected) {
    // Who watches must hear: the house has the voice first.
    whenHeard = send;
    if (!sound.connected()) void connect();
  } else send();
}

/** Presses the button that does something, if it is on the page. @param {string} action */
function pressThe(action) {
  const button = document.querySelector(`[data-do="${action}"]`);
  if (button instanceof HTMLElement) press(button);
  return button !== null;
}

/** @param {boolean} muted */
function mute(muted) {
  sound.mute(muted);
  for (const id of ["mute", "part-call"]) byId(id).toggleAttribute("data-muted", muted);
  speak(say(muted ? "muted" : "unmuted"));
}

/** Without a talk there is nothing to mute, and nobody to forget it for. */
function toggleMute() {
  if (state?.presence !== "talking") return false;
  mute(!sound.muted);
  return true;
}

/** @param {boolean} open */
function showKeypad(open) {
  byId("keypad").hidden = !open;
  byId("keys").setAttribute("aria-expanded", String(open));
}

function toggleKeypad() {
  if (state?.presence !== "talking") return false;
  showKeypad(byId("keypad").hidden);
  return true;
}

/** Presses a key of the telephone, if its keypad is open. @param {string} name */
function dial(name) {
  if (byId("keypad").hidden || !dials(name)) return false;
  sound.press(name);
  return true;
}

/** @type {Record<string, () => boolean>} */
const shortcuts = {
  a: () => pressThe("accept"),
  d: () => pressThe("decline"),
  h: () => pressThe("hold") || pressThe("resume"),
  e: () => pressThe("end"),
  p: () => pressThe("pause"),
  t: () => chooseHandOver(),
  j: () => pressThe("join"),
  l: () => pressThe("leave"),
  b: () => pressThe("hand_back"),
  s: () => pressThe("alert"),
  r: () => search.go(),
  n: () => pressThe("wrong_number"),
  m: toggleMute,
  k: toggleKeypad,
  "ctrl+enter": () => record.close(),
};
listen((name) => shortcuts[name]?.() ?? (dial(name) || search.give(name)), () => input("shortcuts-on").checked);

/** Goes to the list of those to whom the call can be handed. */
function chooseHandOver() {
  const list = document.getElementById("hand-over-to");
  list?.focus();
  return list !== null;
}

// The card goes up as it is filled in: whoever hands over has nothing to save.
byId("part-triage").addEventListener("input", () => {
  const form = byId("part-triage").querySelector("form");
  if (form) wire.send({ do: "triage", form: Object.fromEntries(new FormData(form)) });
});

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-do]") : null;
  if (button instanceof HTMLElement) press(button);
});
byId("mute").addEventListener("click", toggleMute);
byId("keys").addEventListener("click", toggleKeypad);
byId("keypad").addEventListener("click", (event) => {
  const key = event.target instanceof HTMLElement ? event.target.dataset.key : undefined;
  if (key) sound.press(key);
});

/** Fills the lists of devices, keeping the choice. */
async function listDevices() {
  for (const [id, kind] of /** @type {const} */ ([["microphone", "audioinput"], ["speaker", "audiooutput"]])) {
    const list = select(id);
    const chosen = list.value;
    const found = await devices(kind);
    while (list.options.length > 1) list.remove(1);
    for (const device of found) list.add(new Option(device.label || device.deviceId, device.deviceId));
    if (found.some((device) => device.deviceId === chosen)) list.value = chosen;
  }
}

byId("check-microphone").addEventListener("click", () => {
  openMicrophone().then(
    () => trouble(""),
    (fault) => trouble(fault instanceof SoundFault ? fault.word : "unable"),
  );
});
byId("check-speaker").addEventListener("click", testTone);
select("speaker").addEventListener("change", () => void sound.speakOn(select("speaker").value));
select("microphone").addEventListener("change", () => byId("check-microphone").click());

// The choice of an untouched microphone lasts as long as the tab and is kept nowhere else.
input("raw").checked = new URLSearchParams(location.search).get("raw") === "1" || sessionStorage.getItem("raw") === "1";
input("raw").addEventListener("change", () => {
  sessionStorage.setItem("raw", input("raw").checked ? "1" : "0");
  byId("check-microphone").click();
});
input("shortcuts-on").checked = sessionStorage.getItem("shortcuts") !== "off";
input("shortcuts-on").addEventListener("change", () => {
  sessionStorage.setItem("shortcuts", input("shortcuts-on").checked ? "on" : "off");
});
navigator.mediaDevices?.addEventListener("devicechange", () => void listDevices());

setInterval(() => tick(Date.now() + ahead), 1000);
setInterval(checkVoice, 500);
setInterval(() => {
  /** @type {HTMLMeterElement} */ (byId("level-mine")).value = sound.level("mine");
  const level = sound.level("theirs");
  /** @type {HTMLMeterElement} */ (byId("level-theirs")).value = level;
  const expected = state?.presence === "talking" && !state.held && sound.measures("theirs");
  unheardSince = unheard(unheardSince, level, expected, Date.now());
  byId("unheard").hidden = unheardSince === null || Date.now() - unheardSince < 10_000;
}, 100);
setInterval(async () => {
  const figures = await sound.figures().catch(() => null);
  const { quality, bars } = figures ? judge(figures, before) : { quality: /** @type {const} */ ("unknown"), bars: 0 };
  before = figures;
  const quiet = quality === "unknown" && sound.connected();
  byId("quality").dataset.bars = String(bars);
  const text = say(quiet ? "quiet" : quality);
  if (byId("quality-words").textContent !== text) byId("quality-words").textContent = text;
}, 2000);
window.addEventListener("pagehide", () => {
  record.flush();
  // The house is told at once that the voice is going: a caller hears a kind word instead of silence.
  sound.close();
});
