/** How loud a preview is from moment to moment. Pure. */

/** The share that is left while someone speaks. */
export const DUCKED = 0.18;

/** Seconds that it takes to make room for a voice, and to come back after it. */
const ATTACK = 0.15;
const RELEASE = 1.2;

/** Rises at the beginning of a track and falls at its end, each for `fade` seconds; from 0 to 1. */
export function fadeGain(position: number, length: number, fade: number): number {
  if (fade <= 0) return 1;
  const since = position / fade;
  const until = length > 0 ? (length - position) / fade : 1;
  return Math.min(Math.max(Math.min(since, until), 0), 1);
}

/** Moves towards full, or ducked, loudness for some seconds. */
export function duck(level: number, speech: boolean, seconds: number): number {
  const step = ((1 - DUCKED) * seconds) / (speech ? ATTACK : RELEASE);
  return speech ? Math.max(level - step, DUCKED) : Math.min(level + step, 1);
}
