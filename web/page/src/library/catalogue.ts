/** The catalogue as one looks for music in it. Pure. */

import type { Emotion } from "../emotion/emotion";
import type { LicenceClass, Track, TrackPage } from "../server/wire";

/** In the circumplex, each from -1 to 1. */
export interface Place {
  readonly valence: number;
  readonly arousal: number;
}

/** Which tracks are meant; empty or null where anything will do. */
export interface Wish {
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
export const ANY_TRACK: Wish = {
  words: "",
  emotion: "",
  slowest: null,
  fastest: null,
  licence: "publishable",
  source: "",
  place: null,
};

export function isNarrow(wish: Wish): boolean {
  return (Object.keys(ANY_TRACK) as (keyof Wish)[]).some((name) => wish[name] !== ANY_TRACK[name]);
}

/** What the server is asked for. */
export function queryOf(wish: Wish): URLSearchParams {
  const query = new URLSearchParams();
  if (wish.words.trim() !== "") query.set("q", wish.words.trim());
  if (wish.emotion !== "") query.set("emotion", wish.emotion);
  if (wish.slowest !== null) query.set("tempo_min", String(wish.slowest));
  if (wish.fastest !== null) query.set("tempo_max", String(wish.fastest));
  if (wish.licence !== "") query.set("licence", wish.licence);
  if (wish.source !== "") query.set("source", wish.source);
  if (wish.place !== null) {
    query.set("near_valence", String(wish.place.valence));
    query.set("near_arousal", String(wish.place.arousal));
  }
  return query;
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
