/** Volume envelope of the player: fades and ducking. Pure. */

/** Volume factor while someone speaks. */
export const DUCKED = 0.18;

/** Attack and release of ducking, in seconds. */
const ATTACK = 0.15;
const RELEASE = 1.2;

/** Returns the gain, from 0 to 1, of a track that fades in and out for `fade` seconds. */
export function fadeGain(position: number, length: number, fade: number): number {
  if (fade <= 0) return 1;
  const since = position / fade;
  const until = length > 0 ? (length - position) / fade : 1;
  return Math.min(Math.max(Math.min(since, until), 0), 1);
}

/** Moves the ducking gain towards its target for some seconds. */
export function duck(level: number, speech: boolean, seconds: number): number {
  const step = ((1 - DUCKED) * seconds) / (speech ? ATTACK : RELEASE);
  return speech ? Math.max(level - step, DUCKED) : Math.min(level + step, 1);
}
