// @ts-check
// The desk: joins the socket, the sound, the keys and the record. Sound and drawing never wait for each other.

import { careRecord } from "./care.js";
import { listen } from "./keys.js";
import { Wire, byId, swap, tick, words } from "./live.js";
import { judge, takesText } from "./pure.js";
import { Sound, SoundFault, devices } from "./sound.js";
import { ring, testTone } from "./tones.js";

/** How long a button that asks twice waits for the second time. */
const CONFIRM = 4000;
/** How long the house may be without the voice that we have. */
const SILENT = 1500;
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
/** Since when the house has not had the voice that we have. @type {number | null} */
let silentSince = null;
/** What waits for the voice. @type {(() => void) | null} */
let whenConnected = null;
/** @type {import("./pure.js").Figures | null} */
let before = null;

/** @param {string} id */
const input = (id) => /** @type {HTMLInputElement} */ (byId(id));
/** @param {string} id */
const select = (id) => /** @type {HTMLSelectElement} */ (byId(id));

const wire = new Wire("/desk/ws" + location.search, {
  up() {
    byId("wire").hidden = true;
    connecting = false;
  },
  down() {
    byId("wire").textContent = say(replaced ? "replaced" : "lost");
    byId("wire").hidden = false;
    // A talk goes on by its voice; a ring without a socket could not be answered.
    ring(false);
  },
  message,
});
const record = careRecord(byId("part-record"), { send: (message) => wire.send(message), say });

/** @param {any} message */
function message(message) {
  if (typeof message.now === "number") ahead = message.now - Date.now();
  if (message.part) {
    swap(byId(`part-${message.part}`), message.html);
    if (message.part === "record") record.drawn();
    tick(Date.now() + ahead);
  }
  if (message.state) follow(message.state);
  if (message.voice) void answered(message.voice);
  if (message.saved) record.saved(message.saved);
  if (message.places) record.places(message.places);
  if (message.trouble === "not_noted") speak(say("not_noted"));
  if (message.replaced) {
    replaced = true;
    wire.stop();
    sound.close();
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
  state = now;
  ring(rings);
  document.title = rings ? `☎ ${say("ringing")}` : title;
  if (rings && !rang) {
    speak(say("ringing"));
    const active = document.activeElement;
    if (!(active instanceof HTMLElement) || !takesText(active)) document.getElementById("accept")?.focus();
  }
  if (!now.on_duty || now.connected) silentSince = null;
  else if (!sound.connected()) void connect();
  else silentSince ??= Date.now();
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
  if (connecting) return;
  connecting = true;
  try {
    if (!sound.microphone) await openMicrophone();
    const offer = await sound.offer();
    if (!wire.send({ do: "voice", offer })) connecting = false;
    else trouble("");
  } catch (fault) {
    connecting = false;
    whenConnected = null;
    trouble(fault instanceof SoundFault ? fault.word : "unable");
  }
}

/** @param {{ answer?: string, refused?: string }} voice */
async function answered(voice) {
  try {
    if (typeof voice.answer === "string") await sound.answer(voice.answer);
    else {
      connecting = false;
      trouble(voice.refused ?? "unavailable");
    }
  } catch {
    connecting = false;
    trouble("blocked");
  }
}

sound.onState = (/** @type {string} */ word) => {
  if (word === "connected") {
    connecting = false;
    trouble("");
    const next = whenConnected;
    whenConnected = null;
    next?.();
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
    const label = button.querySelector("span") ?? button;
    const text = label.textContent;
    label.textContent = button.dataset.confirm;
    button.setAttribute("data-armed", "");
    setTimeout(() => {
      button.removeAttribute("data-armed");
      label.textContent = text;
    }, CONFIRM);
    return;
  }
  const send = () => wire.send({ do: action, call: button.dataset.call, entry: button.dataset.entry });
  // Nobody is ready before a voice is there: the first call would be silent.
  if (action === "ready" && !sound.connected()) {
    whenConnected = send;
    void connect();
  } else send();
}

/** Presses the button that does something, if it is on the page. @param {string} action */
function pressThe(action) {
  const button = document.querySelector(`[data-do="${action}"]`);
  if (button instanceof HTMLElement) press(button);
  return button !== null;
}

function toggleMute() {
  sound.mute(!sound.muted);
  byId("mute").setAttribute("aria-pressed", String(sound.muted));
  speak(say(sound.muted ? "muted" : "unmuted"));
  return true;
}

function toggleKeypad() {
  const keypad = byId("keypad");
  keypad.hidden = !keypad.hidden;
  byId("keys").setAttribute("aria-expanded", String(!keypad.hidden));
  return true;
}

/** @type {Record<string, () => boolean>} */
const shortcuts = {
  a: () => pressThe("accept"),
  d: () => pressThe("decline"),
  h: () => pressThe("hold") || pressThe("resume"),
  e: () => pressThe("end"),
  p: () => pressThe("pause"),
  m: toggleMute,
  k: toggleKeypad,
  "ctrl+enter": () => record.close(),
};
listen((name) => shortcuts[name]?.() ?? false, () => input("shortcuts-on").checked);

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
  /** @type {HTMLMeterElement} */ (byId("level-theirs")).value = sound.level("theirs");
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
window.addEventListener("pagehide", () => record.flush());
