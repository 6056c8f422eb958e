/** Zoom and pan of a timeline. Pure. */

export interface View {
  /** Visible seconds; null for the whole session. */
  readonly seconds: number | null;
  /** Right edge in seconds; null to follow the latest. */
  readonly end: number | null;
}

export const WHOLE: View = { seconds: null, end: null };

/** Shortest visible part, in seconds. */
const CLOSEST = 10;

/** Zoom factor of one step. */
export const CLOSER = 0.6;

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Returns the visible range of a session of this length, in seconds. */
export function rangeOf({ seconds, end }: View, length: number): Range {
  if (seconds === null || seconds >= length) return { from: 0, to: length };
  const to = Math.min(Math.max(end ?? length, seconds), length);
  return { from: to - seconds, to };
}

/** Scales the visible seconds by `factor`; `centre` stays in place. */
export function zoom(view: View, length: number, factor: number, centre?: number): View {
  const { from, to } = rangeOf(view, length);
  const seconds = Math.max((to - from) * factor, Math.min(CLOSEST, length));
  if (seconds >= length) return WHOLE;
  const held = centre ?? (view.end === null ? to : (from + to) / 2);
  const share = to === from ? 1 : (to - held) / (to - from);
  return placed(seconds, held + share * seconds, length);
}

/** Pans by some seconds. */
export function pan(view: View, length: number, by: number): View {
  const { from, to } = rangeOf(view, length);
  return to - from >= length ? WHOLE : placed(to - from, to + by, length);
}

/** Pans just far enough to show a time. */
export function reveal(view: View, length: number, t: number): View {
  const { from, to } = rangeOf(view, length);
  if (t < from) return placed(to - from, t + 0.9 * (to - from), length);
  if (t > to) return placed(to - from, t + 0.1 * (to - from), length);
  return view;
}

function placed(seconds: number, end: number, length: number): View {
  return { seconds, end: end >= length ? null : Math.max(end, seconds) };
}
