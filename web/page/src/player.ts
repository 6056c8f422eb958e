/** The one audio element that plays cues and tracks. */

import { signal } from "@preact/signals";

import { sendFeedback } from "./api";
import { state } from "./live";
import { type Problem, PROBLEMS } from "./problem";
import type { OpenedSession, TrackFacts } from "./wire";

export interface Playable
  extends Pick<TrackFacts, "title" | "artist" | "credit" | "duration" | "offline"> {
  readonly id: string;
  readonly audio: string;
}

/** For whom a cue is previewed, and since which session second. */
interface Audience {
  readonly session: OpenedSession;
  readonly t: number;
}

/** What is in the player, playing or paused. */
export const loaded = signal<Playable | null>(null);
export const playing = signal(false);
export const problem = signal<Problem | null>(null);

let audio: HTMLAudioElement | null = null;
let audience: Audience | null = null;

export function attach(element: HTMLAudioElement | null): void {
  audio = element;
}

/**
 * Plays a track from its beginning, or pauses and resumes the one that is loaded. A session is given
 * where the track is one of its cues.
 */
export async function toggle(track: Playable, session: OpenedSession | null = null): Promise<void> {
  if (audio === null) return;
  const other = loaded.value?.id !== track.id;
  if (!other && !audio.paused) return audio.pause();
  if (other || audio.error !== null) {
    reportPreview();
    loaded.value = track;
    audience = session === null ? null : { session, t: state.value.t };
    audio.src = track.audio;
  }
  try {
    await audio.play();
  } catch (error) {
    // Another track was chosen, or pause was pressed, before this one began.
    if (error instanceof DOMException && error.name === "AbortError") return;
    problem.value = track.offline ? PROBLEMS.unplayable : PROBLEMS.offline;
    return;
  }
  problem.value = null;
}

/** Tells the session how long its cue was listened to, once it is known: when one leaves it. */
export function reportPreview(): void {
  const heard = audio === null ? 0 : secondsOf(audio.played);
  if (audience !== null && loaded.value !== null && heard > 0) {
    const { session, t } = audience;
    const preview = { track_id: loaded.value.id, action: "previewed", t, seconds: heard } as const;
    // The music matters more than its entry in the log.
    void sendFeedback(session, preview).catch(() => undefined);
  }
  audience = null;
}

/** Stops and puts the player away. */
export function eject(): void {
  reportPreview();
  audio?.pause();
  audio?.removeAttribute("src");
  audio?.load();
  loaded.value = null;
}

/** How many seconds were played; what was played twice counts once. */
export function secondsOf(played: TimeRanges): number {
  let seconds = 0;
  for (let i = 0; i < played.length; i++) seconds += played.end(i) - played.start(i);
  return seconds;
}
