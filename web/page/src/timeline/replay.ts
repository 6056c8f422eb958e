/** The replay of a session. Pure. */

import { type Emotion, isClear } from "../emotion/emotion";
import {
  latestAt,
  indexAt,
  type Mark,
  type Play,
  applyPlaying,
  type Timeline,
  timelineOf,
} from "./timeline";
import type { CuesEvent, FeedbackRecord, MoodEvent, Overview, SessionInfo } from "../server/wire";

export interface Replay {
  readonly info: SessionInfo;
  readonly timeline: Timeline;
  readonly marks: readonly Mark[];
  readonly plays: readonly Play[];
  readonly downloads: readonly FeedbackRecord[];
  /** Length in seconds, up to the last event. */
  readonly length: number;
}

export function replayOf(info: SessionInfo, overview: Overview): Replay {
  const cues = overview.lists.map(({ t, title }): Mark => ({
    kind: "cues",
    t,
    text: title,
    id: null,
  }));
  const downloads = overview.feedback.filter(({ action }) => action === "downloaded");
  const notes = overview.notes.map(({ id, t, text }): Mark => ({ kind: "note", t, text, id }));
  const saved = downloads.map(({ t, title }): Mark => ({
    kind: "download",
    t,
    text: title,
    id: null,
  }));
  const marks = [...cues, ...saved, ...notes].toSorted((a, b) => a.t - b.t);
  const last = [overview.points.at(-1)?.t ?? 0, marks.at(-1)?.t ?? 0];
  const length = Math.max(info.t, ...last);
  const end = info.state === "ended" ? [{ t: length, track: null }] : [];
  const plays = [...overview.playing, ...end].reduce(applyPlaying, []);
  return { info, timeline: timelineOf(overview), marks, plays, downloads, length };
}

/** Seconds of a session per request. */
export const CHUNK_SECONDS = 120;

/** All events of a part of a session; `moods` and `cues` start with the latest before it. */
export interface Chunk {
  readonly moods: readonly MoodEvent[];
  readonly cues: readonly CuesEvent[];
}

/** What was shown at one moment. */
export interface Moment {
  readonly mood: MoodEvent | null;
  /** Points up to that moment. */
  readonly timeline: Timeline;
  readonly cues: CuesEvent | null;
  /** Whether the mood was clear. */
  readonly sure: boolean;
  /** Newest first. */
  readonly downloads: readonly FeedbackRecord[];
}

export function momentOf({ timeline, downloads }: Replay, chunk: Chunk, t: number): Moment {
  const cues = latestAt(chunk.cues, t);
  return {
    mood: latestAt(chunk.moods, t),
    timeline: { ...timeline, points: timeline.points.slice(0, indexAt(timeline.points, t) + 1) },
    cues,
    sure: cues !== null && isClear(latestAt(timeline.points, cues.t)),
    downloads: downloads.slice(0, indexAt(downloads, t) + 1).toReversed(),
  };
}

export interface Share {
  readonly emotion: Emotion;
  /** From 0 to 1; all shares sum to 1. */
  readonly share: number;
}

/** Returns the share of each mood in a session, largest first. */
export function sharesOf(moods: SessionInfo["moods"]): readonly Share[] {
  const entries = (Object.entries(moods) as [Emotion, number][]).filter(([, s]) => s > 0);
  const all = entries.reduce((sum, [, seconds]) => sum + seconds, 0);
  return entries
    .map(([emotion, seconds]) => ({ emotion, share: seconds / all }))
    .toSorted((a, b) => b.share - a.share);
}
