// Tones, as WAV files and as numbers.

/** A WAV file of a tone: mono, 16 bits. It loops without a seam if the seconds are whole. */
export function waveOfTone(hertz, rate, seconds) {
  const samples = rate * seconds;
  const bytes = Buffer.alloc(44 + samples * 2);
  bytes.write("RIFF", 0);
  bytes.writeUInt32LE(36 + samples * 2, 4);
  bytes.write("WAVEfmt ", 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(rate * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data", 36);
  bytes.writeUInt32LE(samples * 2, 40);
  for (let index = 0; index < samples; index += 1) {
    bytes.writeInt16LE(Math.round(9000 * Math.sin((2 * Math.PI * hertz * index) / rate)), 44 + index * 2);
  }
  return bytes;
}

/** How loud something is: its root mean square, 0 to 1. */
export function loudness(samples) {
  const energy = samples.reduce((sum, sample) => sum + sample * sample, 0);
  return samples.length === 0 ? 0 : Math.sqrt(energy / samples.length);
}

/** Which share of the energy is a tone, 0 to 1, by its Fourier coefficient; at 8 kHz. */
export function share(samples, hertz) {
  let [real, imaginary, energy] = [0, 0, 0];
  samples.forEach((sample, index) => {
    const turn = (2 * Math.PI * hertz * index) / 8_000;
    real += sample * Math.cos(turn);
    imaginary += sample * Math.sin(turn);
    energy += sample * sample;
  });
  return energy === 0 ? 0 : (2 * (real * real + imaginary * imaginary)) / (samples.length * energy);
}
