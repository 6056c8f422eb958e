/** Everything the page shows, and how each thing that happens changes it. Pure. */

import { isSure } from "../emotion/emotion";
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
  /** Share of a recording that the server has got, from 0 to 1; null where none is sent. */
  readonly sent: number | null;
  /** Seconds the source lasts, where it has an end and the server knows it. */
  readonly duration: number | null;
  /** Why nothing arrives at the moment, where the server knows. */
  readonly why: Failure | null;
  readonly mood: MoodEvent | null;
  readonly cues: readonly Cue[];
  /** Whether they are for a mood that was sure when they were chosen. */
  readonly sure: boolean;
  readonly timeline: Timeline;
  /** Lists of cues, downloads and notes, in the order of time. */
  readonly marks: readonly Mark[];
  readonly plays: readonly Play[];
  /** Session time of the latest event, in seconds. */
  readonly t: number;
  /** Number of the latest event; a new connection asks for those after it. */
  readonly seq: number;
  /** Events that never arrived. */
  readonly missed: number;
  /** Those of this session, the newest first. */
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
  /** The page came back to a session: what it was so far, and what is at present. */
  | {
      readonly type: "resumed";
      readonly info: SessionInfo;
      readonly overview: Overview;
      readonly present: Chunk;
    }
  | { readonly type: "event"; readonly event: SessionEvent }
  /** The server has kept a note, or deleted it where there is no text; an event may tell it again. */
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
        sure: isSure(present.moods.at(-1) ?? null),
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
  // After a reconnect the server may repeat what had already arrived.
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
        // What was read before the source was lost may be told after it.
        phase: before.phase === "lost" && event.t < before.t ? "lost" : "live",
        mood: event,
        timeline: append(state.timeline, event),
      };
    case "cues":
      return {
        ...state,
        cues: event.items,
        sure: isSure(state.mood),
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
