/** Filters and results of the catalogue. Pure. */

import type { Emotion } from "../emotion/emotion";
import type { TrackQuery } from "../server/api";
import type { LicenceClass, Track, TrackPage } from "../server/wire";

/** A point in the circumplex, each coordinate from -1 to 1. */
export interface Place {
  readonly valence: number;
  readonly arousal: number;
}

/** Filters of the catalogue; an empty string or null matches anything. */
export interface TrackFilter {
  readonly words: string;
  readonly emotion: Emotion | "";
  /** Beats per minute. */
  readonly slowest: number | null;
  readonly fastest: number | null;
  readonly licence: LicenceClass | "";
  readonly source: string;
  /** Sorts the tracks by distance to it. */
  readonly place: Place | null;
}

/** The default: all tracks that may be published. */
export const ANY_TRACK: TrackFilter = {
  words: "",
  emotion: "",
  slowest: null,
  fastest: null,
  licence: "publishable",
  source: "",
  place: null,
};

export function isFiltered(filter: TrackFilter): boolean {
  return (Object.keys(ANY_TRACK) as (keyof TrackFilter)[]).some(
    (name) => filter[name] !== ANY_TRACK[name],
  );
}

/** Returns the query of a request. */
export function queryOf(filter: TrackFilter): TrackQuery {
  const words = filter.words.trim();
  return {
    ...(words !== "" && { q: words }),
    ...(filter.emotion !== "" && { emotion: filter.emotion }),
    ...(filter.slowest !== null && { tempo_min: filter.slowest }),
    ...(filter.fastest !== null && { tempo_max: filter.fastest }),
    ...(filter.licence !== "" && { licence: [filter.licence] }),
    ...(filter.source !== "" && { source: [filter.source] }),
    ...(filter.place !== null && {
      near_valence: filter.place.valence,
      near_arousal: filter.place.arousal,
    }),
  };
}

/** Converts fractions of the plane, from its left and top, to valence and arousal. */
export function placeAt(x: number, y: number): Place {
  return { valence: coordinate(2 * x - 1), arousal: coordinate(1 - 2 * y) };
}

function coordinate(value: number): number {
  return Math.round(Math.min(Math.max(value, -1), 1) * 100) / 100;
}

/** Replaces a track in a page of results. */
export function withTrack(page: TrackPage, changed: Track): TrackPage {
  return { ...page, items: page.items.map((each) => (each.id === changed.id ? changed : each)) };
}
