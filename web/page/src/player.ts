/** The one audio element that plays cues. */

import { signal } from "@preact/signals";

import { sendPreviewed } from "./api";
import { dispatch, session, state } from "./live";
import { PROBLEMS } from "./problem";
import type { Cue } from "./wire";

/** The cue in the player, playing or paused. */
export const loaded = signal<Cue | null>(null);
export const playing = signal(false);

let audio: HTMLAudioElement | null = null;

export function attach(element: HTMLAudioElement | null): void {
  audio = element;
}

/** Plays a cue from its beginning, or pauses and resumes the one that is loaded. */
export async function toggle(cue: Cue): Promise<void> {
  if (audio === null) return;
  const other = loaded.value?.track_id !== cue.track_id;
  if (!other && !audio.paused) return audio.pause();
  if (other || audio.error !== null) {
    loaded.value = cue;
    audio.src = cue.audio;
  }
  try {
    await audio.play();
  } catch (error) {
    // Another cue was chosen, or pause was pressed, before this one began.
    if (error instanceof DOMException && error.name === "AbortError") return;
    const problem = cue.offline ? PROBLEMS.unplayable : PROBLEMS.offline;
    return dispatch({ type: "problem", problem });
  }
  const { problem, t } = state.value;
  if (problem === PROBLEMS.offline || problem === PROBLEMS.unplayable) {
    dispatch({ type: "problem", problem: null });
  }
  if (other && session.value !== null) {
    // The music matters more than its entry in the log.
    await sendPreviewed(session.value, cue.track_id, t).catch(() => undefined);
  }
}

/** Stops and puts the player away. */
export function eject(): void {
  audio?.pause();
  audio?.removeAttribute("src");
  audio?.load();
  loaded.value = null;
}
