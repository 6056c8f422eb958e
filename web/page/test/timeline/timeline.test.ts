import { describe, expect, it } from "vitest";

import { EMOTIONS, type Emotion } from "../../src/emotion/emotion";
import {
  append,
  latestAt,
  between,
  EMPTY,
  type Mark,
  addMark,
  applyEvent,
  near,
  nearest,
  settledLabel,
  type Play,
  playAt,
  pointAt,
  applyPlaying,
  spans,
  stacked,
  type Timeline,
} from "../../src/timeline/timeline";
import { cue, signed, mood, playing, SETTINGS } from "../events";

function filled(labels: readonly Emotion[], limit?: number): Timeline {
  return labels.reduce(
    (line, label, t) => append(line, mood({ t, seq: t + 1, label }), limit),
    EMPTY,
  );
}

describe("append", () => {
  it("keeps one point for each second while there is room", () => {
    const line = filled(["happy", "happy", "sad"]);
    expect(line.step).toBe(1);
    expect(line.points.map((point) => point.t)).toEqual([0, 1, 2]);
  });

  it("halves the resolution when the limit is passed and averages what it joins", () => {
    const line = filled(["happy", "sad", "sad", "sad", "happy", "happy", "happy", "sad"], 4);
    expect(line.step).toBe(2);
    expect(line.points.map(({ t, count }) => [t, count])).toEqual([
      [0, 2],
      [2, 2],
      [4, 2],
      [6, 2],
    ]);
    const first = line.points[0];
    expect(first?.probs[EMOTIONS.indexOf("happy")]).toBeCloseTo((0.65 + 0.05) / 2);
  });

  it("calls several moods what they are by their mean, however many are joined", () => {
    const line = filled(["happy", "happy", "happy", "sad", "sad"], 1);
    expect(line.points.map(({ count, label }) => [count, label])).toEqual([[5, "happy"]]);
  });

  it("keeps the clearest voice and face of what it joins", () => {
    const said = (label: Emotion, reliability: number) => ({
      voice: { probs: signed(label), reliability, speech: true, doubt: null },
    });
    const line = [said("sad", 0.9), said("happy", 0.2), { voice: null }].reduce(
      (before, given, t) => append(before, mood({ t, seq: t + 1, ...given }), 1),
      EMPTY,
    );
    expect(line.points[0]?.voice).toEqual({ label: "sad", reliability: 0.9, doubt: null });
    expect(line.points[0]?.face).toBeNull();
  });

  it("stays bounded for hours, keeps the mean and covers the whole session", () => {
    let line = EMPTY;
    const seconds = 10 * 3600;
    for (let t = 0; t < seconds; t++) {
      line = append(line, mood({ t, seq: t + 1, confidence: t % 2 }), 1200);
    }
    expect(line.points.length).toBeLessThanOrEqual(1200);
    expect(line.points.reduce((n, point) => n + point.count, 0)).toBe(seconds);
    for (const point of line.points.slice(0, -1)) expect(point.confidence).toBeCloseTo(0.5);
    expect(line.points[0]?.t).toBe(0);
    expect((line.points.at(-1)?.t ?? 0) + line.step).toBeGreaterThanOrEqual(seconds);
  });
});

describe("what played", () => {
  const plays = [playing(2, "One"), playing(5, "Two"), playing(8, null), playing(9, "Three")];
  const heard = plays.reduce<readonly Play[]>(applyPlaying, []);

  it("ends where something else begins, or nothing plays any more", () => {
    expect(heard.map(({ t, end, title }) => [t, end, title])).toEqual([
      [2, 5, "One"],
      [5, 8, "Two"],
      [9, null, "Three"],
    ]);
  });

  it("is found at each moment", () => {
    expect([1, 2, 5, 8, 99].map((t) => playAt(heard, t)?.title)).toEqual([
      undefined,
      "One",
      "Two",
      undefined,
      "Three",
    ]);
  });
});

describe("between", () => {
  const line = filled(Array.from({ length: 1000 }, () => "happy" as const));

  it("is the part that is asked for and one more on each side", () => {
    const part = between(line, 100, 110, 600);
    expect([part.step, part.points[0]?.t, part.points.at(-1)?.t]).toEqual([1, 100, 111]);
    expect(between(line, 100.5, 110, 600).points[0]?.t).toBe(100);
  });

  it("has as many points as can be seen", () => {
    const part = between(line, 0, 1000, 300);
    expect(part.step).toBe(4);
    expect(part.points).toHaveLength(250);
  });

  it("cuts at the same moments wherever it begins, so that panning does not flicker", () => {
    const starts = (from: number) => between(line, from, from + 600, 300).points.map(({ t }) => t);
    const later = starts(2).slice(1, -1);
    expect(starts(0)).toEqual(expect.arrayContaining(later));
  });
});

describe("at", () => {
  it("is the latest that is not later", () => {
    const items = [{ t: 1 }, { t: 3 }, { t: 5 }];
    expect([0, 1, 4, 9].map((t) => latestAt(items, t)?.t)).toEqual([undefined, 1, 3, 5]);
  });
});

describe("pointAt", () => {
  it("is what was said last, but not before the first, in a gap or after the end", () => {
    const line = [1, 2, 60].reduce((all, t, i) => append(all, mood({ t, seq: i + 1 })), EMPTY);
    expect([0, 1.5, 4, 30, 61, 90].map((t) => pointAt(line, t)?.t)).toEqual([
      undefined,
      1,
      2,
      undefined,
      60,
      undefined,
    ]);
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

  it("of the voice leave out the pauses and weigh by how reliable it was", () => {
    const speech = [0.8, 0.6, 0, 0.4].reduce((line, reliability, t) => {
      const voice = { probs: signed("sad"), reliability, speech: true, doubt: null };
      return append(line, mood({ t, seq: t + 1, voice }));
    }, EMPTY);
    const found = spans(speech, "voice");
    expect(found.map(({ from, to, label }) => [from, to, label])).toEqual([
      [0, 2, "sad"],
      [3, 3, "sad"],
    ]);
    expect(found[0]?.weight).toBeCloseTo(0.7);
    expect(spans(speech, "face")).toEqual([]);
  });
});

describe("settled", () => {
  it("waits until a mood has lasted, and is silent while it changes", () => {
    const sad = Array.from({ length: 6 }, () => "sad" as const);
    expect(settledLabel(EMPTY)).toBeNull();
    expect(settledLabel(filled(sad.slice(0, 5)))).toBeNull();
    expect(settledLabel(filled(sad))).toBe("sad");
    expect(settledLabel(filled([...sad, "happy"]))).toBeNull();
    expect(settledLabel(filled([...sad, "happy", ...sad]))).toBe("sad");
  });
});

describe("marks", () => {
  const note = (t: number, id: number): Mark => ({ kind: "note", t, text: "here", id });
  const cues = (t: number): Mark => ({ kind: "cues", t, text: "A Mission", id: null });

  it("are in the order of time, whenever they were set", () => {
    const marks = [note(5, 1), cues(9), note(2, 2)].reduce<readonly Mark[]>(
      (all, each) => addMark(all, each),
      [],
    );
    expect(marks.map(({ t }) => t)).toEqual([2, 5, 9]);
    expect(near(marks, 5, 3).map(({ t }) => t)).toEqual([2, 5]);
  });

  it("that are meant by a moment are the nearest of each kind", () => {
    const marks = [cues(1), note(2, 1), cues(4), note(5, 2), note(90, 3)];
    expect(nearest(marks, 4.4, 10).map(({ t }) => t)).toEqual([4, 5]);
    expect(nearest(marks, 50, 10)).toEqual([]);
  });

  it("come of cues, downloads and notes, and of nothing else", () => {
    const told = [
      { type: "cues", seq: 1, t: 1, items: [cue()], settings: SETTINGS },
      { type: "cues", seq: 2, t: 2, items: [], settings: SETTINGS },
      { type: "feedback", seq: 3, t: 3, action: "previewed", track_id: "a" },
      { type: "feedback", seq: 4, t: 4, action: "downloaded", track_id: "a" },
      { type: "note", seq: 5, t: 5, id: 7, text: "here" },
    ] as const;
    const marks = told.reduce<readonly Mark[]>((all, event) => applyEvent(all, event, [cue()]), []);
    expect(marks.map(({ kind, t, text }) => [kind, t, text])).toEqual([
      ["cues", 1, "A Mission"],
      ["download", 4, "A Mission"],
      ["note", 5, "here"],
    ]);
    const deleted = { type: "note", seq: 6, t: 9, id: 7, text: null } as const;
    expect(applyEvent(marks, deleted, []).map(({ kind }) => kind)).toEqual(["cues", "download"]);
  });

  it("stay bounded, and notes outlive lists of cues", () => {
    const all = Array.from({ length: 100 }, (_, t) => (t % 10 ? cues(t) : note(t, t)));
    const kept = all.reduce<readonly Mark[]>((marks, each) => addMark(marks, each, 20), []);
    expect(kept).toHaveLength(20);
    expect(kept.filter(({ kind }) => kind === "note")).toHaveLength(10);
    expect(kept.at(-1)?.t).toBe(99);
  });
});
