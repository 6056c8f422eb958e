/** A session in a bounded number of points, with its marks and what played. Pure. */

import { EMOTIONS, type Emotion, mostLikely } from "../emotion/emotion";
import type {
  Cue,
  CuesEvent,
  FaceReading,
  FeedbackEvent,
  MoodEvent,
  NoteEvent,
  Opinion,
  Overview,
  PlayingEvent,
  VoiceReading,
} from "../server/wire";

/** Four hours of one mood per second; beyond that the resolution is halved. */
export const MAX_POINTS = 14_400;

/** Why a voice or face reading is unreliable. */
export type Doubt = NonNullable<Opinion["doubt"]>;

export interface Point {
  /** Session time of the first mood in this point, in seconds. */
  readonly t: number;
  /** Number of moods that were averaged. */
  readonly count: number;
  /** Mean probabilities in the order of EMOTIONS. */
  readonly probs: readonly number[];
  readonly confidence: number;
  /** Label of a single mood; for several, the most likely emotion of their mean. */
  readonly label: Emotion;
  readonly valence: number;
  readonly arousal: number;
  /** The most reliable reading; null if there is none. */
  readonly voice: Opinion | null;
  readonly face: Opinion | null;
}

export interface Timeline {
  /** Seconds per point; doubles whenever there would be too many points. */
  readonly step: number;
  readonly points: readonly Point[];
}

export const EMPTY: Timeline = { step: 1, points: [] };

/** Adds a mood; halves the resolution when there are more than `limit` points. */
export function append(timeline: Timeline, mood: MoodEvent, limit = MAX_POINTS): Timeline {
  const points = timeline.points.slice();
  const added = pointOf(mood);
  const last = points.at(-1);
  if (last !== undefined && stepOf(last, timeline.step) >= stepOf(added, timeline.step)) {
    points[points.length - 1] = joined([last, added]);
  } else {
    points.push(added);
  }
  return bounded({ step: timeline.step, points }, limit);
}

/** Converts an overview of the server to a timeline. */
export function timelineOf({ step, points }: Pick<Overview, "step" | "points">): Timeline {
  const inOrder = (probs: Overview["points"][number]["probs"]): number[] =>
    EMOTIONS.map((emotion) => probs[emotion]);
  return { step, points: points.map((point) => ({ ...point, probs: inOrder(point.probs) })) };
}

function bounded({ step, points }: Timeline, limit: number): Timeline {
  if (points.length <= limit) return { step, points };
  return bounded({ step: 2 * step, points: fold(points, 2 * step) }, limit);
}

function pointOf(mood: MoodEvent): Point {
  const { t, confidence, label, valence, arousal } = mood;
  return {
    t,
    count: 1,
    probs: EMOTIONS.map((emotion) => mood.probs[emotion]),
    confidence,
    label,
    valence,
    arousal,
    voice: opinionOf(mood.voice),
    face: opinionOf(mood.face),
  };
}

function opinionOf(reading: VoiceReading | FaceReading | null): Opinion | null {
  if (reading === null) return null;
  const { probs, reliability, doubt } = reading;
  return { label: mostLikely(probs), reliability, doubt };
}

/** Joins points that are in the same step. */
export function fold(points: readonly Point[], step: number): Point[] {
  const folded: Point[] = [];
  for (let begin = 0; begin < points.length;) {
    const first = points[begin]!;
    let end = begin + 1;
    while (end < points.length && stepOf(points[end]!, step) === stepOf(first, step)) end++;
    folded.push(end === begin + 1 ? first : joined(points.slice(begin, end)));
    begin = end;
  }
  return folded;
}

function stepOf(point: Point, step: number): number {
  return Math.floor(point.t / step);
}

/** Returns the weighted mean of points. */
function joined(points: readonly Point[]): Point {
  const probs = EMOTIONS.map(() => 0);
  let [count, confidence, valence, arousal] = [0, 0, 0, 0];
  for (const point of points) {
    const weight = point.count;
    count += weight;
    confidence += weight * point.confidence;
    valence += weight * point.valence;
    arousal += weight * point.arousal;
    for (let i = 0; i < probs.length; i++) probs[i]! += weight * point.probs[i]!;
  }
  for (let i = 0; i < probs.length; i++) probs[i]! /= count;
  const best = probs.reduce((top, p, i) => (p > probs[top]! ? i : top), 0);
  return {
    t: points[0]!.t,
    count,
    probs,
    confidence: confidence / count,
    label: EMOTIONS[best]!,
    valence: valence / count,
    arousal: arousal / count,
    voice: clearest(points.map((point) => point.voice)),
    face: clearest(points.map((point) => point.face)),
  };
}

/** The most reliable opinion; of equally reliable ones the first. */
function clearest(opinions: readonly (Opinion | null)[]): Opinion | null {
  return opinions.reduce((best, each) => {
    if (best === null) return each;
    return each === null || each.reliability <= best.reliability ? best : each;
  }, null);
}

/** Returns the part between two times in about `most` points, with one more on each side. */
export function between(timeline: Timeline, from: number, to: number, most: number): Timeline {
  const { points } = timeline;
  let { step } = timeline;
  while ((to - from) / step > most) step *= 2;
  const begin = Math.max(indexAt(points, from), 0);
  const end = indexAt(points, to) + 2;
  return { step, points: fold(points.slice(begin, end), step) };
}

/** Returns the index of the last item at or before `t`; -1 if there is none. */
export function indexAt(items: readonly { readonly t: number }[], t: number): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (items[middle]!.t <= t) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Returns the last item at or before `t`. */
export function latestAt<Item extends { readonly t: number }>(
  items: readonly Item[],
  t: number,
): Item | null {
  return items[indexAt(items, t)] ?? null;
}

/** x, then one cumulative column per emotion. */
export type StackedColumns = [number[], ...(number | null)[][]];

/** Stacks the probabilities for a chart; null in gaps. */
export function stacked(timeline: Timeline): StackedColumns {
  const x: number[] = [];
  const columns: (number | null)[][] = EMOTIONS.map(() => []);
  let previous: Point | undefined;
  for (const point of timeline.points) {
    if (previous !== undefined && isGap(previous, point, timeline.step)) {
      x.push((previous.t + point.t) / 2);
      for (const column of columns) column.push(null);
    }
    x.push(point.t);
    let sum = 0;
    columns.forEach((column, i) => {
      sum += point.probs[i] ?? 0;
      column.push(Math.min(sum, 1));
    });
    previous = point;
  }
  return [x, ...columns];
}

/** A segment of one label. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly label: Emotion;
  /** Mean confidence of the mood, or mean reliability of the voice or face. */
  readonly weight: number;
}

/** Returns the segments of equal labels, of the mood, the voice or the face. */
export function spans(timeline: Timeline, of: "mood" | "voice" | "face" = "mood"): Span[] {
  const found: { from: number; to: number; label: Emotion; sum: number; n: number }[] = [];
  let previous: Point | undefined;
  let open: (typeof found)[number] | undefined;
  for (const point of timeline.points) {
    const labelled = labelOf(point, of);
    if (previous !== undefined && isGap(previous, point, timeline.step)) open = undefined;
    if (open !== undefined) open.to = point.t;
    if (labelled === null) {
      open = undefined;
    } else if (open?.label === labelled.label) {
      open.sum += labelled.weight;
      open.n += 1;
    } else {
      open = { from: point.t, to: point.t, label: labelled.label, sum: labelled.weight, n: 1 };
      found.push(open);
    }
    previous = point;
  }
  return found.map(({ from, to, label, sum, n }) => ({ from, to, label, weight: sum / n }));
}

function labelOf(point: Point, of: "mood" | "voice" | "face"): Omit<Span, "from" | "to"> | null {
  if (of === "mood") return { label: point.label, weight: point.confidence };
  const opinion = point[of];
  if (opinion === null || opinion.reliability === 0) return null;
  return { label: opinion.label, weight: opinion.reliability };
}

/** Moods arrive every second; several missing in a row are a gap. */
function isGap(a: Pick<Point, "t">, b: Pick<Point, "t">, step: number): boolean {
  return b.t - a.t > 2 * step + 3;
}

/** Returns the point at a time; null before the first mood and in gaps. */
export function pointAt({ points, step }: Timeline, t: number): Point | null {
  const last = latestAt(points, t);
  return last !== null && !isGap(last, { t }, step) ? last : null;
}

/** Seconds a mood must last before it is announced to screen readers. */
const SETTLED_AFTER = 5;

/** Returns the label that all recent moods share; null while it changes. */
export function settledLabel(timeline: Timeline): Emotion | null {
  const last = timeline.points.at(-1);
  if (last === undefined) return null;
  const since = last.t - SETTLED_AFTER;
  const recent = timeline.points.slice(Math.max(indexAt(timeline.points, since), 0));
  const long = recent[0]!.t <= since;
  return long && recent.every((point) => point.label === last.label) ? last.label : null;
}

/** A mark on the timeline. */
export interface Mark {
  readonly kind: "cues" | "download" | "note";
  readonly t: number;
  /** Title of the first cue or of the download; text of the note. */
  readonly text: string;
  /** Id of a note; null for other marks. */
  readonly id: number | null;
}

/** Enough for three hours of new cues every ten seconds, and as many other marks. */
const MAX_MARKS = 2000;

/** Adds a mark; if there are too many, drops the oldest cues first. */
export function addMark(marks: readonly Mark[], added: Mark, limit = MAX_MARKS): readonly Mark[] {
  const all = marks.toSpliced(indexAt(marks, added.t) + 1, 0, added);
  if (all.length <= limit) return all;
  return all.toSpliced(
    Math.max(
      all.findIndex(({ kind }) => kind === "cues"),
      0,
    ),
    1,
  );
}

/** Returns the marks after an event; `known` are tracks whose titles may be needed. */
export function applyEvent(
  marks: readonly Mark[],
  event: CuesEvent | FeedbackEvent | NoteEvent,
  known: readonly Pick<Cue, "track_id" | "title">[],
): readonly Mark[] {
  const { t } = event;
  switch (event.type) {
    case "cues": {
      const first = event.items[0];
      return first ? addMark(marks, { kind: "cues", t, text: first.title, id: null }) : marks;
    }
    case "feedback": {
      if (event.action !== "downloaded") return marks;
      const title = known.find(({ track_id }) => track_id === event.track_id)?.title ?? "";
      return addMark(marks, { kind: "download", t, text: title, id: null });
    }
    case "note":
      return applyNote(marks, event);
  }
}

/** Adds or replaces a note; removes it if it has no text. */
export function applyNote(
  marks: readonly Mark[],
  { id, t, text }: Pick<NoteEvent, "id" | "t" | "text">,
): readonly Mark[] {
  const others = marks.filter(({ kind, id: other }) => kind !== "note" || other !== id);
  return text === null ? others : addMark(others, { kind: "note", t, text, id });
}

/** A period in which a track played. */
export interface Play {
  readonly t: number;
  /** null while it plays. */
  readonly end: number | null;
  readonly title: string;
  readonly artist: string;
}

/** Upper limit of plays. */
const MAX_PLAYS = 2000;

/** Returns the plays after another track, or none, started. */
export function applyPlaying(
  plays: readonly Play[],
  { t, track }: Pick<PlayingEvent, "t" | "track">,
): readonly Play[] {
  const last = plays.at(-1);
  const over = last?.end === null ? [...plays.slice(0, -1), { ...last, end: t }] : plays;
  if (track === null) return over;
  const { title, artist } = track;
  return [...over, { t, end: null, title, artist }].slice(-MAX_PLAYS);
}

/** Returns what played at a time. */
export function playAt(plays: readonly Play[], t: number): Play | null {
  const last = latestAt(plays, t);
  return last !== null && t < (last.end ?? Infinity) ? last : null;
}

/** Returns the marks within `reach` seconds of a time. */
export function near(marks: readonly Mark[], t: number, reach: number): readonly Mark[] {
  return marks.slice(indexAt(marks, t - reach - 1e-6) + 1, indexAt(marks, t + reach) + 1);
}

/** Returns the nearest mark of each kind within `reach` seconds of a time. */
export function nearest(marks: readonly Mark[], t: number, reach: number): readonly Mark[] {
  const found = new Map<Mark["kind"], Mark>();
  for (const each of near(marks, t, reach)) {
    const other = found.get(each.kind);
    if (other === undefined || Math.abs(each.t - t) < Math.abs(other.t - t)) {
      found.set(each.kind, each);
    }
  }
  return [...found.values()];
}
