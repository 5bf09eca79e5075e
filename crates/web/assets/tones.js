// @ts-check
// Tones that the desk makes by itself: the ring of a call that arrives and the test of the loudspeaker.

/** @type {AudioContext | null} */
let context = null;
/** @type {number | null} */
let ringing = null;

/**
 * @param {number} pitch
 * @param {number} after seconds from now
 * @param {number} length seconds
 */
function tone(pitch, after, length) {
  context ??= new AudioContext();
  context.resume().catch(() => {});
  const start = context.currentTime + after;
  const source = context.createOscillator();
  const volume = context.createGain();
  source.frequency.value = pitch;
  // A soft beginning and end: a click would startle somebody who comes out of a hard call.
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(0.18, start + 0.04);
  volume.gain.setValueAtTime(0.18, start + length - 0.08);
  volume.gain.linearRampToValueAtTime(0, start + length);
  source.connect(volume).connect(context.destination);
  source.start(start);
  source.stop(start + length);
}

function ringOnce() {
  try {
    tone(523, 0, 0.35);
    tone(659, 0.4, 0.5);
  } catch {
    // No loudspeaker: the screen still shows the call.
  }
}

/** Rings until told otherwise. @param {boolean} on */
export function ring(on) {
  if (on && ringing === null) {
    ringOnce();
    ringing = window.setInterval(ringOnce, 2500);
  }
  if (!on && ringing !== null) {
    clearInterval(ringing);
    ringing = null;
  }
}

/** Twice the same low note: somebody asks for help. It is no ring, and is told once. */
export function warn() {
  try {
    tone(330, 0, 0.3);
    tone(330, 0.4, 0.3);
  } catch {
    // No loudspeaker: the screen still shows it.
  }
}

/** Three notes, to hear that the loudspeaker works. */
export function testTone() {
  tone(440, 0, 0.4);
  tone(554, 0.45, 0.4);
  tone(659, 0.9, 0.6);
}
