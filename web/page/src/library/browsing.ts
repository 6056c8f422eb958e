/** State of the library page; `catalogue.ts` holds the pure part. */

import { signal } from "@preact/signals";

import { listSources, listTracks, resetTrackMood, setTrackMood } from "../server/api";
import { ANY_TRACK, queryOf, withTrack, type TrackFilter } from "./catalogue";
import type { Emotion } from "../emotion/emotion";
import { watchDebounced } from "../server/debounce";
import { explain, type Problem } from "../problem/problem";
import type { Track, TrackPage, TrackSource } from "../server/wire";

export const PAGE_SIZE = 25;

/** Number of dots on the plane: the maximum of one response. */
const DOTS = 500;

export const filter = signal<TrackFilter>(ANY_TRACK);
export const offset = signal(0);
/** null until the server has answered. */
export const listed = signal<TrackPage | null>(null);
/** The tracks on the plane: all matches, regardless of the selected place. */
export const dots = signal<TrackPage>({ items: [], total: 0 });
export const sources = signal<readonly TrackSource[]>([]);
export const problem = signal<Problem | null>(null);

export function search(changed: Partial<TrackFilter>): void {
  offset.value = 0;
  filter.value = { ...filter.value, ...changed };
}

/** Number of the latest request; answers to earlier ones are ignored. */
let asked = 0;

export async function refresh(): Promise<void> {
  const mine = ++asked;
  const wanted = filter.value;
  try {
    const [found, around, from] = await Promise.all([
      listTracks({ ...queryOf(wanted), limit: PAGE_SIZE, offset: offset.value }),
      listTracks({ ...queryOf({ ...wanted, place: null }), limit: DOTS }),
      listSources(),
    ]);
    if (mine !== asked) return;
    listed.value = found;
    dots.value = around;
    sources.value = from;
    problem.value = null;
  } catch (error) {
    if (mine === asked) problem.value = explain(error);
  }
}

/** Sets the mood of a track, which overrides the estimate. */
export function correctMood(trackId: string, emotion: Emotion): Promise<void> {
  return applyCorrection(() => setTrackMood(trackId, emotion));
}

/** Returns to the estimate. */
export function resetMood(trackId: string): Promise<void> {
  return applyCorrection(() => resetTrackMood(trackId));
}

async function applyCorrection(change: () => Promise<Track>): Promise<void> {
  try {
    const corrected = await change();
    if (listed.value !== null) listed.value = withTrack(listed.value, corrected);
    dots.value = withTrack(dots.value, corrected);
    problem.value = null;
  } catch (error) {
    problem.value = explain(error);
  }
}

/** Keeps the list in sync with the filter until the returned function is called. */
export function watchFilter(): () => void {
  return watchDebounced(() => [filter.value, offset.value], refresh);
}
