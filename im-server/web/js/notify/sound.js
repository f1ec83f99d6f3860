/** A soft two-note chime, made here; off unless the member wants it. */

import { everywhere } from '../core/settings.js';

/** @type {AudioContext|null} */
let context = null;

/** Whether it is wanted. */
export function soundOn() {
  return everywhere.get('sound') === 'on';
}

/** @param {boolean} on */
export function setSound(on) {
  everywhere.set('sound', on ? 'on' : null);
  if (on) chime();
}

/** Plays it, when it is wanted and the browser lets us. */
export function chime() {
  if (!soundOn()) return;
  try {
    context ??= new AudioContext();
    const start = context.currentTime;
    note(context, 660, start);
    note(context, 880, start + 0.11);
  } catch {
    // No sound here; nothing depends on it.
  }
}

/** @param {AudioContext} audio @param {number} pitch Hz @param {number} at seconds */
function note(audio, pitch, at) {
  const oscillator = audio.createOscillator();
  const volume = audio.createGain();
  oscillator.type = 'sine';
  oscillator.frequency.value = pitch;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.08, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.45);
  oscillator.connect(volume).connect(audio.destination);
  oscillator.start(at);
  oscillator.stop(at + 0.5);
}
