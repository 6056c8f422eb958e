/** A session that one goes through again. Pure. */

import type { Emotion } from "./emotion";
import { at, indexAt, type Mark, type Timeline, timelineOf } from "./timeline";
import type { Cue, Given, MoodEvent, SessionInfo, SessionTimeline } from "./wire";

export interface Replay {
  readonly info: SessionInfo;
  readonly told: SessionTimeline;
  readonly timeline: Timeline;
  readonly marks: readonly Mark[];
  readonly downloads: readonly Given[];
  /** Seconds from the beginning to the last that is known of it. */
  readonly length: number;
}

export function replayOf(info: SessionInfo, told: SessionTimeline): Replay {
  const cues = told.cues.flatMap(({ t, items: [first] }): Mark[] =>
    first === undefined ? [] : [{ kind: "cues", t, text: first.title, id: null }],
  );
  const downloads = told.feedback.filter(({ action }) => action === "downloaded");
  const notes = told.notes.map(({ id, t, text }): Mark => ({ kind: "note", t, text, id }));
  const saved = downloads.map(
    ({ t, title }): Mark => ({ kind: "download", t, text: title, id: null }),
  );
  const marks = [...cues, ...saved, ...notes].sort((a, b) => a.t - b.t);
  const last = [told.moods.at(-1)?.t ?? 0, marks.at(-1)?.t ?? 0];
  const length = Math.max(info.t, ...last);
  return { info, told, timeline: timelineOf(told.moods), marks, downloads, length };
}

/** What was known and shown at one moment. */
export interface Moment {
  readonly mood: MoodEvent | null;
  /** All up to that moment. */
  readonly timeline: Timeline;
  readonly cues: readonly Cue[];
  /** Newest first. */
  readonly downloads: readonly Given[];
}

export function momentOf({ told, timeline, downloads }: Replay, t: number): Moment {
  return {
    mood: at(told.moods, t),
    timeline: { ...timeline, points: timeline.points.slice(0, indexAt(timeline.points, t) + 1) },
    cues: at(told.cues, t)?.items ?? [],
    downloads: downloads.slice(0, indexAt(downloads, t) + 1).reverse(),
  };
}

export interface Share {
  readonly emotion: Emotion;
  /** From 0 to 1; all together are 1. */
  readonly share: number;
}

/** How much of a session was in each mood, the longest first. */
export function sharesOf(moods: SessionInfo["moods"]): readonly Share[] {
  const entries = (Object.entries(moods) as [Emotion, number][]).filter(([, s]) => s > 0);
  const all = entries.reduce((sum, [, seconds]) => sum + seconds, 0);
  return entries
    .map(([emotion, seconds]) => ({ emotion, share: seconds / all }))
    .sort((a, b) => b.share - a.share);
}
