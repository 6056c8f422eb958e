import { describe, expect, it } from "vitest";

import { EMOTIONS, type Emotion } from "../src/emotion";
import { append, EMPTY, spans, stacked, type Timeline } from "../src/timeline";
import { mood } from "./events";

function filled(labels: readonly Emotion[], limit?: number): Timeline {
  return labels.reduce((line, label, t) => append(line, mood({ t, seq: t + 1, label }), limit), EMPTY);
}

describe("append", () => {
  it("keeps one point for each second while there is room", () => {
    const line = filled(["happy", "happy", "sad"]);
    expect(line.step).toBe(1);
    expect(line.points.map((point) => point.t)).toEqual([0, 1, 2]);
  });

  it("halves the resolution when the limit is passed and averages what it joins", () => {
    const line = filled(["happy", "sad", "sad", "sad", "happy"], 4);
    expect(line.step).toBe(2);
    expect(line.points.map(({ t, count, label }) => [t, count, label])).toEqual([
      [0, 2, "sad"],
      [2, 2, "sad"],
      [4, 1, "happy"],
    ]);
    const first = line.points[0];
    expect(first?.probs[EMOTIONS.indexOf("happy")]).toBeCloseTo((0.65 + 0.05) / 2);
  });

  it("stays bounded for hours, keeps the mean and covers the whole session", () => {
    let line = EMPTY;
    const seconds = 10 * 3600;
    for (let t = 0; t < seconds; t++) {
      line = append(line, mood({ t, seq: t + 1, confidence: t % 2 }));
    }
    expect(line.points.length).toBeLessThanOrEqual(1200);
    expect(line.points.reduce((n, point) => n + point.count, 0)).toBe(seconds);
    for (const point of line.points.slice(0, -1)) expect(point.confidence).toBeCloseTo(0.5);
    expect(line.points[0]?.t).toBe(0);
    expect((line.points.at(-1)?.t ?? 0) + line.step).toBeGreaterThanOrEqual(seconds);
  });
});

describe("stacked", () => {
  it("lays each emotion on top of those before it, up to one", () => {
    const [x, ...columns] = stacked(filled(["neutral"]));
    expect(x).toEqual([0]);
    expect(columns.map(([value]) => Number(value?.toFixed(2)))).toEqual([
      0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1,
    ]);
  });

  it("leaves a gap where moods are missing", () => {
    const line = append(append(EMPTY, mood({ t: 0, seq: 1 })), mood({ t: 60, seq: 2 }));
    const [x, first] = stacked(line);
    expect(x).toEqual([0, 30, 60]);
    expect(first?.[1]).toBeNull();
  });

  it("does not take two moods in neighbouring steps for a gap", () => {
    const line = append(append(EMPTY, mood({ t: 0, seq: 1 })), mood({ t: 2.4, seq: 2 }));
    expect(stacked(line)[0]).toEqual([0, 2.4]);
  });
});

describe("spans", () => {
  it("joins equal labels and reaches up to the next one", () => {
    const line = filled(["happy", "happy", "sad", "sad"]);
    expect(spans(line).map(({ from, to, label }) => [from, to, label])).toEqual([
      [0, 2, "happy"],
      [2, 3, "sad"],
    ]);
  });

  it("ends before a gap and begins anew after it", () => {
    const line = append(filled(["happy", "happy"]), mood({ t: 90, seq: 9, label: "happy" }));
    expect(spans(line).map(({ from, to }) => [from, to])).toEqual([
      [0, 1],
      [90, 90],
    ]);
  });
});
