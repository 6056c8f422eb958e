import { describe, expect, it } from "vitest";

import { momentOf, replayOf, sharesOf, type Chunk } from "../../src/timeline/replay";
import type { FeedbackRecord, Overview, SessionInfo } from "../../src/server/wire";
import { cue, cues, mood, playing } from "../events";

const INFO: SessionInfo = {
  id: "s",
  title: "",
  source: "browser",
  state: "ended",
  reason: "stopped",
  started_at: "2026-11-22T12:00:00Z",
  t: 10,
  duration: null,
  moods: { happy: 6, calm: 3 },
  cues: null,
};

function given(id: number, t: number, action: FeedbackRecord["action"]): FeedbackRecord {
  return { id, t, action, track_id: "a", title: "A Mission", artist: "", mood: "happy" };
}

const MOODS = [1, 2, 3, 4, 5].map((t) => mood({ t, seq: t, label: t < 3 ? "happy" : "calm" }));

const OVERVIEW: Overview = {
  seq: 12,
  step: 1,
  points: MOODS.map((each) => ({ ...each, count: 1, voice: null, face: null })),
  lists: [
    { t: 2, title: "A Mission" },
    { t: 4, title: "Another" },
  ],
  playing: [playing(2.2, "A Mission"), playing(4, "Another")],
  feedback: [given(1, 2.5, "previewed"), given(2, 3, "downloaded"), given(3, 4.5, "downloaded")],
  notes: [{ id: 5, t: 1.5, text: "here" }],
};

const STRETCH: Chunk = {
  moods: MOODS,
  cues: [cues({ t: 2 }), cues({ t: 4, items: [cue({ title: "Another" })] })],
};

describe("a replay", () => {
  const replay = replayOf(INFO, OVERVIEW);

  it("has every mark in the order of time, and lasts as long as the session did", () => {
    expect(replay.marks.map(({ kind, t }) => [kind, t])).toEqual([
      ["note", 1.5],
      ["cues", 2],
      ["download", 3],
      ["cues", 4],
      ["download", 4.5],
    ]);
    expect(replay.length).toBe(10);
    expect(replayOf({ ...INFO, t: 0 }, OVERVIEW).length).toBe(5);
  });

  it("lets the last track play until the end", () => {
    expect(replay.plays.map(({ t, end, title }) => [t, end, title])).toEqual([
      [2.2, 4, "A Mission"],
      [4, 10, "Another"],
    ]);
  });

  it("knows nothing before the first moment", () => {
    const { mood: then, timeline, cues: list, downloads } = momentOf(replay, STRETCH, 0);
    expect([then, timeline.points, list, downloads]).toEqual([null, [], null, []]);
  });

  it("shows mood, cues and downloads as they were", () => {
    const { mood: then, timeline, cues: list, downloads } = momentOf(replay, STRETCH, 3.9);
    expect(then?.t).toBe(3);
    expect(timeline.points).toHaveLength(3);
    expect(list?.items.map(({ title }) => title)).toEqual(["A Mission"]);
    expect(downloads.map(({ id }) => id)).toEqual([2]);
    expect(momentOf(replay, STRETCH, 99).downloads.map(({ id }) => id)).toEqual([3, 2]);
  });
});

describe("shares", () => {
  it("come to a whole, the longest first", () => {
    const shares = sharesOf({ calm: 3, happy: 6, sad: 0 });
    expect(shares.map(({ emotion }) => emotion)).toEqual(["happy", "calm"]);
    expect(shares.map(({ share }) => share)).toEqual([2 / 3, 1 / 3]);
    expect(sharesOf({})).toEqual([]);
  });
});
