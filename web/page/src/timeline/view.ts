/** Which part of a session a timeline shows: zooming and panning. Pure. */

export interface View {
  /** How many are shown; null for the whole session. */
  readonly seconds: number | null;
  /** The right edge; null where it goes along with the latest. */
  readonly end: number | null;
}

export const WHOLE: View = { seconds: null, end: null };

/** The shortest stretch that one can zoom to. */
const CLOSEST = 10;

/** How much closer one step of the keys and the buttons goes. */
export const CLOSER = 0.6;

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** What a view shows of a session of this length, in seconds. */
export function rangeOf({ seconds, end }: View, length: number): Range {
  if (seconds === null || seconds >= length) return { from: 0, to: length };
  const to = Math.min(Math.max(end ?? length, seconds), length);
  return { from: to - seconds, to };
}

/** Shows `factor` times as many seconds; what lies at `centre` stays where it is. */
export function zoom(view: View, length: number, factor: number, centre?: number): View {
  const { from, to } = rangeOf(view, length);
  const seconds = Math.max((to - from) * factor, Math.min(CLOSEST, length));
  if (seconds >= length) return WHOLE;
  const held = centre ?? (view.end === null ? to : (from + to) / 2);
  const share = to === from ? 1 : (to - held) / (to - from);
  return placed(seconds, held + share * seconds, length);
}

/** Goes `by` seconds on, or back where it is negative. */
export function pan(view: View, length: number, by: number): View {
  const { from, to } = rangeOf(view, length);
  return to - from >= length ? WHOLE : placed(to - from, to + by, length);
}

/** Goes as far as it takes to have a moment in sight. */
export function reveal(view: View, length: number, t: number): View {
  const { from, to } = rangeOf(view, length);
  if (t < from) return placed(to - from, t + 0.9 * (to - from), length);
  if (t > to) return placed(to - from, t + 0.1 * (to - from), length);
  return view;
}

function placed(seconds: number, end: number, length: number): View {
  return { seconds, end: end >= length ? null : Math.max(end, seconds) };
}
