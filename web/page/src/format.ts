/** Words and figures as people read them. */

import type { Download, FaceReading, TrackFacts, VoiceReading, Why } from "./wire";
import { locale, word, words } from "./words";

/** Readings worth less than this are shown as unclear. */
const CLEAR = 0.3;

/** A number with its thousands set apart. */
export function figure(n: number): string {
  return n.toLocaleString(locale.value);
}

export function percent(fraction: number): string {
  return `${Math.round(fraction * 100)}\u202f%`;
}

/** Seconds as `4:07`, or `1:04:07` from an hour on. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const s = String(whole % 60).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${s}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${s}`;
}

/** Artist, tempo and length, as far as they are known. */
export function facts({ artist, bpm, duration }: TrackFacts): string {
  const tempo = bpm === null ? null : words.value.track.bpm(Math.round(bpm));
  const length = duration === null ? null : clock(duration);
  return [artist, tempo, length].filter((fact) => fact !== null && fact !== "").join(" · ");
}

/** Who asked for a cue, and how well it fits. */
export function reason(why: Why): string {
  const { because, fit } = words.value.cues;
  return `${because[why.from](word(why.emotion))} · ${fit(percent(why.score))}`;
}

/** Why a voice reading says little; null where it is worth listening to. */
export function voiceDoubt(voice: VoiceReading | null): string | null {
  const { noMicrophone, speechUnclear, noSpeech } = words.value.mood;
  if (voice === null) return noMicrophone;
  // In a pause nobody speaks, yet what was said seconds ago still counts.
  if (voice.reliability >= CLEAR) return null;
  return voice.speech ? speechUnclear : noSpeech;
}

/** Why a face reading says little; null where it is worth looking at. */
export function faceDoubt(face: FaceReading | null): string | null {
  const { noCamera, noFace, faceUnclear } = words.value.mood;
  if (face === null) return noCamera;
  if (face.faces.length === 0 || face.reliability === 0) return noFace;
  return face.reliability < CLEAR ? faceUnclear : null;
}

/** Day and time, where this browser is. */
export function dayAndTime(iso: string): string {
  return new Date(iso).toLocaleString(locale.value, { dateStyle: "medium", timeStyle: "medium" });
}

/** A stretch of time that begins at `iso`; its end is left out, and so is the time of whole days. */
export function stretch(iso: string, seconds: number): string {
  const begin = new Date(iso);
  // Days are counted in UTC.
  if (seconds >= 86_400) {
    const day = begin.toLocaleDateString(locale.value, { dateStyle: "medium", timeZone: "UTC" });
    return seconds === 86_400 ? day : words.value.log.daysFrom(seconds / 86_400, day);
  }
  return begin.toLocaleString(locale.value, { dateStyle: "medium", timeStyle: "short" });
}

/** The local time of day of a download. */
export function timeOfDay(download: Download): string {
  return new Date(download.at).toLocaleTimeString(locale.value, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
}
