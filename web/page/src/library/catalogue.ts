/** The catalogue as one looks for music in it. Pure. */

import type { Emotion } from "../emotion/emotion";
import type { TrackQuery } from "../server/api";
import type { LicenceClass, Track, TrackPage } from "../server/wire";

/** In the circumplex, each from -1 to 1. */
export interface Place {
  readonly valence: number;
  readonly arousal: number;
}

/** Which tracks are meant; empty or null where anything will do. */
export interface TrackFilter {
  readonly words: string;
  readonly emotion: Emotion | "";
  /** Beats per minute. */
  readonly slowest: number | null;
  readonly fastest: number | null;
  readonly licence: LicenceClass | "";
  readonly source: string;
  /** The tracks nearest to it come first. */
  readonly place: Place | null;
}

/** What may go into a published video, unless one asks for more. */
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

/** What the server is asked for. */
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

/** The place of a point on the plane, whose x and y are fractions from its left and its top. */
export function placeAt(x: number, y: number): Place {
  return { valence: coordinate(2 * x - 1), arousal: coordinate(1 - 2 * y) };
}

function coordinate(value: number): number {
  return Math.round(Math.min(Math.max(value, -1), 1) * 100) / 100;
}

/** Puts a track in the place of its former self. */
export function withTrack(page: TrackPage, changed: Track): TrackPage {
  return { ...page, items: page.items.map((each) => (each.id === changed.id ? changed : each)) };
}
