/** The page folds a live session as the server folds one that ended: both pass these vectors. */

import { expect, it } from "vitest";

import { EMOTIONS } from "../../src/emotion/emotion";
import type { MoodEvent, Overview } from "../../src/server/wire";
import { append, EMPTY, timelineOf } from "../../src/timeline/timeline";
import vectors from "../../../../tests/overview-vectors.json?raw";

interface Vector {
  readonly name: string;
  readonly limit: number;
  readonly moods: readonly MoodEvent[];
  readonly step: number;
  readonly points: Overview["points"];
}

const VECTORS = JSON.parse(vectors) as readonly Vector[];

it.each(VECTORS)("$name", ({ limit, moods, step, points }) => {
  const folded = moods.reduce((timeline, mood) => append(timeline, mood, limit), EMPTY);
  expect(folded.step).toBe(step);
  const expected = timelineOf({ step, points }).points;
  expect(folded.points.map(({ t, count, label }) => [t, count, label])).toEqual(
    expected.map(({ t, count, label }) => [t, count, label]),
  );
  folded.points.forEach((point, i) => {
    expect(point.voice).toEqual(expected[i]?.voice);
    expect(point.face).toEqual(expected[i]?.face);
    const figures = [point.confidence, point.valence, point.arousal, ...point.probs];
    const { confidence = 0, valence = 0, arousal = 0, probs = [] } = expected[i] ?? {};
    [confidence, valence, arousal, ...probs].forEach((figure, place) => {
      // The server rounds to four digits.
      expect(Math.abs((figures[place] ?? 0) - figure)).toBeLessThan(0.5001e-4);
    });
    expect(point.probs).toHaveLength(EMOTIONS.length);
  });
});
