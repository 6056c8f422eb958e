/** The state of a session, and its reducer. Pure. */

import { isClear } from "../emotion/emotion";
import { isRunning, type Phase } from "./phase";
import { type Problem, PROBLEMS } from "../problem/problem";
import { replayOf, type Chunk } from "../timeline/replay";
import type { Source } from "../source/source";
import {
  append,
  EMPTY,
  applyEvent,
  type Mark,
  applyNote,
  type Play,
  applyPlaying,
  type Timeline,
} from "../timeline/timeline";
import type {
  Cue,
  Download,
  Failure,
  MoodEvent,
  NoteEvent,
  Overview,
  SessionEvent,
  SessionInfo,
} from "../server/wire";

export interface State {
  readonly phase: Phase;
  readonly source: Source;
  /** Share of the upload that was sent, from 0 to 1; null without an upload. */
  readonly sent: number | null;
  /** Length of the source in seconds, if known. */
  readonly duration: number | null;
  /** Why the source is lost, if the server knows. */
  readonly why: Failure | null;
  readonly mood: MoodEvent | null;
  readonly cues: readonly Cue[];
  /** Whether the mood was clear when the cues were chosen. */
  readonly sure: boolean;
  readonly timeline: Timeline;
  /** New cues, downloads and notes, in order of time. */
  readonly marks: readonly Mark[];
  readonly plays: readonly Play[];
  /** Session time of the latest event, in seconds. */
  readonly t: number;
  /** Number of the latest event; a reconnect requests those after it. */
  readonly seq: number;
  /** Number of events that never arrived. */
  readonly missed: number;
  /** Downloads of this session, newest first. */
  readonly downloads: readonly Download[];
  readonly problem: Problem | null;
}

export const INITIAL: State = {
  phase: "idle",
  source: { kind: "camera" },
  sent: null,
  duration: null,
  why: null,
  mood: null,
  cues: [],
  sure: false,
  timeline: EMPTY,
  marks: [],
  plays: [],
  t: 0,
  seq: 0,
  missed: 0,
  downloads: [],
  problem: null,
};

export type Action =
  | { readonly type: "opening"; readonly source: Source }
  | { readonly type: "sent"; readonly share: number }
  | { readonly type: "opened"; readonly duration: number | null }
  /** A reload resumed the session: its past and its current state. */
  | {
      readonly type: "resumed";
      readonly info: SessionInfo;
      readonly overview: Overview;
      readonly present: Chunk;
    }
  | { readonly type: "event"; readonly event: SessionEvent }
  /** A note was stored, or deleted if `text` is null; an event may repeat it. */
  | ({ readonly type: "noted" } & Pick<NoteEvent, "id" | "t" | "text">)
  | { readonly type: "lost" }
  | { readonly type: "restored" }
  | { readonly type: "ended" }
  | { readonly type: "left" }
  | { readonly type: "problem"; readonly problem: Problem | null }
  | { readonly type: "downloads"; readonly items: readonly Download[] };

export const MAX_DOWNLOADS = 200;

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case "opening":
      return { ...INITIAL, phase: "opening", source: action.source };
    case "sent":
      return { ...state, sent: action.share };
    case "opened":
      return {
        ...state,
        phase: state.phase === "opening" ? "waiting" : state.phase,
        duration: action.duration,
      };
    case "resumed": {
      const { info, overview, present } = action;
      const { timeline, marks, plays } = replayOf(info, overview);
      return {
        ...state,
        phase: info.state,
        duration: info.duration,
        mood: present.moods.at(-1) ?? null,
        cues: present.cues.at(-1)?.items ?? [],
        sure: isClear(present.moods.at(-1) ?? null),
        timeline,
        marks,
        plays,
        t: info.t,
        seq: overview.seq,
      };
    }
    case "event":
      return onEvent(state, action.event);
    case "noted":
      return { ...state, marks: applyNote(state.marks, action) };
    case "lost":
      return isRunning(state.phase) ? { ...state, phase: "lost" } : state;
    case "restored":
      return {
        ...state,
        phase: state.phase !== "lost" ? state.phase : state.mood === null ? "waiting" : "live",
        problem: state.problem === PROBLEMS.away ? null : state.problem,
      };
    case "ended":
      return { ...state, phase: state.seq === 0 && state.mood === null ? "idle" : "ended" };
    case "left":
      return INITIAL;
    case "problem":
      return { ...state, problem: action.problem };
    case "downloads":
      return { ...state, downloads: newestFirst(action.items, state.downloads) };
  }
}

function onEvent(before: State, event: SessionEvent): State {
  // The server may repeat events after a reconnect.
  if (event.seq <= before.seq) return before;
  const state: State = {
    ...before,
    seq: event.seq,
    t: Math.max(before.t, event.t),
    missed: before.missed + event.seq - before.seq - 1,
  };
  switch (event.type) {
    case "mood":
      return {
        ...state,
        // A mood from before the loss may arrive after it.
        phase: before.phase === "lost" && event.t < before.t ? "lost" : "live",
        mood: event,
        timeline: append(state.timeline, event),
      };
    case "cues":
      return {
        ...state,
        cues: event.items,
        sure: isClear(state.mood),
        marks: applyEvent(state.marks, event, []),
      };
    case "status":
      return { ...state, phase: event.state, why: event.detail === null ? null : event };
    case "feedback":
    case "note":
      return {
        ...state,
        marks: applyEvent(state.marks, event, [...state.cues, ...state.downloads]),
      };
    case "playing":
      return { ...state, plays: applyPlaying(state.plays, event) };
    case "end":
      return {
        ...state,
        phase: "ended",
        plays: applyPlaying(state.plays, { t: event.t, track: null }),
      };
  }
}

function newestFirst(added: readonly Download[], known: readonly Download[]): readonly Download[] {
  const byId = new Map([...known, ...added].map((item) => [item.id, item]));
  return [...byId.values()]
    .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))
    .slice(0, MAX_DOWNLOADS);
}
