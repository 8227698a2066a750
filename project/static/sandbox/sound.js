// A quiet hum of a given length as a WAV file: a voice message without a microphone.

const RATE = 8000;

export function hum(seconds) {
  const samples = RATE * seconds;
  const view = new DataView(new ArrayBuffer(44 + samples));
  const word = (at, text) => Array.from(text).forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)));
  word(0, "RIFF");
  view.setUint32(4, 36 + samples, true);
  word(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, RATE, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  word(36, "data");
  view.setUint32(40, samples, true);
  for (let index = 0; index < samples; index += 1) {
    const swell = Math.sin((Math.PI * (index % RATE)) / RATE);
    view.setUint8(44 + index, 128 + 14 * swell * Math.sin((2 * Math.PI * 220 * index) / RATE));
  }
  return new Blob([view], { type: "audio/wav" });
}
