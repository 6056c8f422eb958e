import { expect, it } from "vitest";

import { ANY_TRACK, isFiltered, placeAt, queryOf, withTrack } from "../../src/library/catalogue";
import { track } from "../events";

it("asks for what may be published, and for nothing else that was not wished for", () => {
  expect(isFiltered(ANY_TRACK)).toBe(false);
  expect(queryOf({ ...ANY_TRACK, words: "  " })).toEqual({ licence: ["publishable"] });
});

it("asks for all that was wished for", () => {
  const filter = { ...ANY_TRACK, words: " slow piano", emotion: "sad", slowest: 60 } as const;
  const query = queryOf({
    ...filter,
    fastest: 90,
    licence: "",
    source: "immich",
    place: { valence: -0.5, arousal: 0 },
  });
  expect(query).toEqual({
    q: "slow piano",
    emotion: "sad",
    tempo_min: 60,
    tempo_max: 90,
    source: ["immich"],
    near_valence: -0.5,
    near_arousal: 0,
  });
  expect(isFiltered(filter)).toBe(true);
});

it("finds the place of a click: pleasant is right, lively is up", () => {
  expect(placeAt(0.5, 0.5)).toEqual({ valence: 0, arousal: 0 });
  expect(placeAt(0.9, 0.25)).toEqual({ valence: 0.8, arousal: 0.5 });
  expect(placeAt(1.2, -3)).toEqual({ valence: 1, arousal: 1 });
});

it("shows a corrected track in its old place", () => {
  const page = { items: [track({ id: "a" }), track({ id: "b" })], total: 70 };
  const corrected = track({ id: "b", emotion: "sad", corrected: true });
  expect(withTrack(page, corrected)).toEqual({ items: [track({ id: "a" }), corrected], total: 70 });
});
