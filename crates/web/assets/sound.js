// @ts-check
// The peer connection, the devices and the levels. Nothing that draws is called from here or calls in here while a
// voice is carried: a fault of drawing never drops a call.

import { loudness, microphoneTrouble } from "./pure.js";

/** @typedef {import("./pure.js").Figures} Figures */

/** How long a connection may take before the page says that something blocks it. */
const CONNECT_TIME = 8000;
/** How long a connection that stood before may take to find a new way. */
const RETURN_TIME = 3000;
/** How long the house may take to name its relays. */
const RELAYS_TIME = 3000;

/** The relays for networks that let no UDP through, until when they may be asked. */
let relays = { servers: /** @type {RTCIceServer[]} */ ([]), until: 0 };

/** Asks the house for relays, unless those at hand are good for a while. Without any, the straight way is tried. */
async function findRelays() {
  if (Date.now() < relays.until) return relays.servers;
  try {
    const answer = await fetch("/call/relays", { signal: AbortSignal.timeout(RELAYS_TIME) });
    const told = await answer.json();
    relays = { servers: told.relays, until: Date.now() + told.seconds * 500 };
  } catch {
    // The network is slow or gone: those of before may still do.
  }
  return relays.servers;
}

/** Why no sound could be had; `word` is one that the page has a text for. */
export class SoundFault extends Error {
  /** @param {string} word */
  constructor(word) {
    super(word);
    this.word = word;
  }
}

/**
 * What is asked of the microphone. A studio microphone, and a test that measures sound, want it untouched.
 * @param {boolean} raw
 * @param {string} device
 * @returns {MediaTrackConstraints}
 */
function constraints(raw, device) {
  const processing = !raw;
  return {
    echoCancellation: processing,
    noiseSuppression: processing,
    autoGainControl: processing,
    ...(device ? { deviceId: { exact: device } } : {}),
  };
}

/** One voice connection: a microphone, a loudspeaker and what is between. */
export class Sound {
  /** @param {HTMLAudioElement} speaker */
  constructor(speaker) {
    this.speaker = speaker;
    /** @type {MediaStream | null} */
    this.microphone = null;
    /** @type {RTCPeerConnection | null} */
    this.peer = null;
    /** Whether the connection has stood before: it may be found again then. */
    this.stood = false;
    /** @type {RTCRtpSender | null} */
    this.sender = null;
    /** @type {AudioContext | null} */
    this.context = null;
    /** @type {{ mine: AnalyserNode | null, theirs: AnalyserNode | null }} */
    this.meters = { mine: null, theirs: null };
    this.muted = false;
    // A page that was loaded anew has not been touched yet: browsers let levels be measured from the first touch on.
    for (const touch of ["pointerdown", "keydown"]) {
      document.addEventListener(touch, () => void this.context?.resume().catch(() => {}), { passive: true });
    }
    /** Called with "connected", "lost" (it stood before) or "blocked". @type {(state: string) => void} */
    this.onState = () => {};
  }

  /**
   * Asks for the microphone, or takes another one in the middle of a call without dropping it.
   * @param {boolean} raw
   * @param {string} [device]
   */
  async openMicrophone(raw, device = "") {
    const able = Boolean(navigator.mediaDevices?.getUserMedia) && "RTCPeerConnection" in window;
    if (!able) throw new SoundFault(microphoneTrouble(window.isSecureContext, false, null));
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: constraints(raw, device), video: false });
    } catch (fault) {
      throw new SoundFault(microphoneTrouble(window.isSecureContext, true, fault));
    }
    this.#release();
    this.microphone = stream;
    const track = stream.getAudioTracks()[0] ?? null;
    if (track) track.enabled = !this.muted;
    if (this.sender) await this.sender.replaceTrack(track);
    this.#watch("mine", stream);
  }

  /**
   * Makes a new connection and gives the offer. The house has a public address and answers to whoever writes to it, so
   * no candidate of ours is waited for.
   */
  async offer() {
    const iceServers = await findRelays();
    this.#drop();
    const peer = new RTCPeerConnection({ iceServers, bundlePolicy: "max-bundle" });
    this.peer = peer;
    const track = this.microphone?.getAudioTracks()[0];
    if (!track || !this.microphone) throw new SoundFault("absent");
    this.sender = peer.addTrack(track, this.microphone);
    peer.addEventListener("track", (event) => {
      const stream = event.streams[0] ?? new MediaStream([event.track]);
      this.speaker.srcObject = stream;
      this.speaker.play().catch(() => {});
      this.#watch("theirs", stream);
    });
    peer.addEventListener("connectionstatechange", () => {
      if (this.peer !== peer) return;
      if (peer.connectionState === "connected") {
        this.stood = true;
        this.onState("connected");
      }
      if (peer.connectionState === "failed") this.onState(this.stood ? "lost" : "blocked");
      if (peer.connectionState === "disconnected") this.onState("lost");
    });
    await peer.setLocalDescription(await peer.createOffer());
    return peer.localDescription?.sdp ?? "";
  }

  /**
   * Asks for a new way between the same two, with the keys they have (an ICE restart), and gives the offer; null when nothing
   * stood before. Sound goes the old way, if that carries any, until the new one stands.
   */
  async restart() {
    const peer = this.peer;
    if (!peer || !this.stood) return null;
    peer.setConfiguration({ ...peer.getConfiguration(), iceServers: await findRelays() });
    await peer.setLocalDescription(await peer.createOffer({ iceRestart: true }));
    return peer.localDescription?.sdp ?? null;
  }

  /** @param {string} sdp */
  async answer(sdp) {
    const peer = this.peer;
    if (!peer) return;
    await peer.setRemoteDescription({ type: "answer", sdp });
    const stood = this.stood;
    setTimeout(() => {
      const state = peer.connectionState;
      if (this.peer !== peer) return;
      if (stood && state !== "connected") this.onState("lost");
      if (!stood && (state === "new" || state === "connecting")) this.onState("blocked");
    }, stood ? RETURN_TIME : CONNECT_TIME);
  }

  /** @param {boolean} muted */
  mute(muted) {
    this.muted = muted;
    for (const track of this.microphone?.getAudioTracks() ?? []) track.enabled = !muted;
  }

  /** Presses a telephone key. @param {string} key */
  press(key) {
    if (this.sender?.dtmf?.canInsertDTMF) this.sender.dtmf.insertDTMF(key, 160, 70);
  }

  connected() {
    return this.peer?.connectionState === "connected";
  }

  /** How loud it is, from 0 to 1. @param {"mine" | "theirs"} side */
  level(side) {
    const meter = this.meters[side];
    if (!meter) return 0;
    const samples = new Float32Array(meter.fftSize);
    meter.getFloatTimeDomainData(samples);
    return loudness(samples);
  }

  /** Whether it can be told how loud a side is. @param {"mine" | "theirs"} side */
  measures(side) {
    return this.meters[side] !== null && this.context?.state === "running";
  }

  /** @returns {Promise<Figures | null>} */
  async figures() {
    if (!this.peer) return null;
    /** @type {Figures} */
    const figures = { lost: 0, received: 0, jitter: 0, roundTrip: null };
    for (const report of (await this.peer.getStats()).values()) {
      if (report.type === "inbound-rtp" && report.kind === "audio") {
        figures.lost = report.packetsLost ?? 0;
        figures.received = report.packetsReceived ?? 0;
        figures.jitter = report.jitter ?? 0;
      }
      if (report.type === "candidate-pair" && report.nominated && report.currentRoundTripTime !== undefined) {
        figures.roundTrip = report.currentRoundTripTime;
      }
    }
    return figures;
  }

  /** Plays on another loudspeaker, where the browser lets us choose. @param {string} device */
  async speakOn(device) {
    if ("setSinkId" in this.speaker) await this.speaker.setSinkId(device).catch(() => {});
  }

  /** Ends everything and gives the microphone back. */
  close() {
    this.#drop();
    this.#release();
    this.context?.close().catch(() => {});
    this.context = null;
    this.meters = { mine: null, theirs: null };
  }

  #drop() {
    this.peer?.close();
    this.peer = null;
    this.stood = false;
    this.sender = null;
    this.speaker.srcObject = null;
    this.meters.theirs = null;
  }

  #release() {
    for (const track of this.microphone?.getTracks() ?? []) track.stop();
    this.microphone = null;
    this.meters.mine = null;
  }

  /**
   * @param {"mine" | "theirs"} side
   * @param {MediaStream} stream
   */
  #watch(side, stream) {
    try {
      this.context ??= new AudioContext();
      this.context.resume().catch(() => {});
      const meter = this.context.createAnalyser();
      meter.fftSize = 1024;
      this.context.createMediaStreamSource(stream).connect(meter);
      this.meters[side] = meter;
    } catch {
      // Without a meter the voice goes on.
    }
  }
}

/** The microphones and loudspeakers, named once the microphone was allowed. @param {"audioinput" | "audiooutput"} kind */
export async function devices(kind) {
  const all = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
  return all.filter((device) => device.kind === kind && device.deviceId !== "");
}
