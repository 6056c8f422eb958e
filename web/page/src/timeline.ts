/** The moods of a whole session in a bounded number of points. */

import { EMOTIONS, type Emotion } from "./emotion";
import type { MoodEvent } from "./wire";

/** More points than a wide chart has columns to show them in. */
export const MAX_POINTS = 1200;

export interface Point {
  /** Seconds since the session began; the first of the moods in this point. */
  readonly t: number;
  /** How many moods were averaged. */
  readonly count: number;
  /** Mean probabilities in the order of EMOTIONS. */
  readonly probs: readonly number[];
  readonly confidence: number;
  /** The label of the latest mood in this point. */
  readonly label: Emotion;
}

export interface Timeline {
  /** Seconds that one point covers; doubles whenever the points would become too many. */
  readonly step: number;
  readonly points: readonly Point[];
}

export const EMPTY: Timeline = { step: 1, points: [] };

/** Adds a mood; halves the resolution when there are more than `limit` points. */
export function append(timeline: Timeline, mood: MoodEvent, limit = MAX_POINTS): Timeline {
  const added: Point = {
    t: mood.t,
    count: 1,
    probs: EMOTIONS.map((emotion) => mood.probs[emotion]),
    confidence: mood.confidence,
    label: mood.label,
  };
  let { step } = timeline;
  let points = merge(timeline.points.slice(), added, step);
  while (points.length > limit) {
    step *= 2;
    points = points.reduce<Point[]>((kept, point) => merge(kept, point, step), []);
  }
  return { step, points };
}

/** Pushes `next`, or folds it into the last point where both lie in the same step of the clock. */
function merge(points: Point[], next: Point, step: number): Point[] {
  const last = points.at(-1);
  if (last === undefined || Math.floor(last.t / step) < Math.floor(next.t / step)) {
    points.push(next);
    return points;
  }
  const count = last.count + next.count;
  const share = next.count / count;
  const mean = (a: number, b: number): number => a + (b - a) * share;
  points[points.length - 1] = {
    t: last.t,
    count,
    probs: last.probs.map((p, i) => mean(p, next.probs[i] ?? p)),
    confidence: mean(last.confidence, next.confidence),
    label: next.label,
  };
  return points;
}

/** x, then one column for each emotion, each the sum of itself and all before it. */
export type StackedColumns = [number[], ...(number | null)[][]];

/** Lays the probabilities on top of each other for a stacked chart; null where moods are missing. */
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

/** A stretch of time with one label. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly label: Emotion;
  /** Confidence averaged over the stretch. */
  readonly confidence: number;
}

/** Joins neighbouring points that have the same label. */
export function spans(timeline: Timeline): Span[] {
  const joined: { from: number; to: number; label: Emotion; sum: number; n: number }[] = [];
  let previous: Point | undefined;
  for (const point of timeline.points) {
    const last = joined.at(-1);
    const follows = previous !== undefined && !isGap(previous, point, timeline.step);
    if (last !== undefined && follows) last.to = point.t;
    if (last !== undefined && follows && last.label === point.label) {
      last.sum += point.confidence;
      last.n += 1;
    } else {
      joined.push({ from: point.t, to: point.t, label: point.label, sum: point.confidence, n: 1 });
    }
    previous = point;
  }
  return joined.map(({ from, to, label, sum, n }) => ({ from, to, label, confidence: sum / n }));
}

/** Moods come every second; several missing in a row are a gap, not a straight line. */
function isGap(a: Point, b: Point, step: number): boolean {
  return b.t - a.t > 2 * step + 3;
}
