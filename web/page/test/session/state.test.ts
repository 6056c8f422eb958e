import { describe, expect, it } from "vitest";

import { type Problem, PROBLEMS } from "../../src/problem/problem";
import { isRunning } from "../../src/session/phase";
import { INITIAL, reduce, type Action, type State } from "../../src/session/state";
import type { SessionEvent } from "../../src/server/wire";
import { cues, download, mood, WELL } from "../events";

function after(actions: readonly Action[], from: State = INITIAL): State {
  return actions.reduce(reduce, from);
}

function events(...list: readonly SessionEvent[]): Action[] {
  return list.map((event) => ({ type: "event", event }));
}

const OPENING: Action = { type: "opening", source: { kind: "camera" } };

describe("a start", () => {
  it("goes from sending to waiting, and keeps what is known of the source", () => {
    const sending = after([OPENING, { type: "sent", share: 0.5 }]);
    expect([sending.phase, sending.sent]).toEqual(["opening", 0.5]);
    const opened = reduce(sending, { type: "opened", duration: 90 });
    expect([opened.phase, opened.duration]).toEqual(["waiting", 90]);
  });

  it("that was live before the answer came stays live", () => {
    const live = after([
      OPENING,
      ...events({ type: "status", seq: 1, t: 0, state: "live", ...WELL }),
    ]);
    expect(reduce(live, { type: "opened", duration: null }).phase).toBe("live");
  });
});

it("says why nothing arrives for as long as that is so", () => {
  const lost = after([
    OPENING,
    ...events({ type: "status", seq: 1, t: 0, state: "lost", ...WELL, detail: "no such device" }),
  ]);
  expect(lost.why).toMatchObject({ detail: "no such device" });
  const back = after(events({ type: "status", seq: 2, t: 1, state: "live", ...WELL }), lost);
  expect(back.why).toBeNull();
});

it("stays lost when a mood of before is told late, and goes on with the next", () => {
  const late = after(
    events({ type: "status", seq: 1, t: 7.5, state: "lost", ...WELL }, mood({ seq: 2, t: 7 })),
  );
  expect([late.phase, late.mood?.t]).toEqual(["lost", 7]);
  expect(after(events(mood({ seq: 3, t: 12 })), late).phase).toBe("live");
});

describe("events", () => {
  it("lead from opening to live and fill the page", () => {
    const state = after([
      OPENING,
      ...events(
        { type: "status", seq: 1, t: 0, state: "live", ...WELL },
        mood({ seq: 2, t: 1, label: "happy" }),
        cues({ seq: 3, t: 1 }),
      ),
    ]);
    expect(state.phase).toBe("live");
    expect(state.mood?.label).toBe("happy");
    expect(state.cues).toHaveLength(1);
    expect(state.timeline.points).toHaveLength(1);
    expect([state.seq, state.t, state.missed]).toEqual([3, 1, 0]);
  });

  it("are ignored when they were already seen, as after a reconnect", () => {
    const once = after([OPENING, ...events(mood({ seq: 1 }), mood({ seq: 2, t: 1 }))]);
    const twice = after(events(mood({ seq: 1 }), mood({ seq: 2, t: 1, label: "sad" })), once);
    expect(twice).toBe(once);
  });

  it("that never came are counted", () => {
    const state = after([OPENING, ...events(mood({ seq: 1 }), mood({ seq: 5, t: 4 }))]);
    expect(state.missed).toBe(3);
    expect(state.seq).toBe(5);
  });

  it("mark cues, downloads and notes on the timeline", () => {
    const state = after([
      OPENING,
      ...events(
        cues({ seq: 1, t: 1 }),
        { type: "feedback", seq: 2, t: 3, action: "downloaded", track_id: "a" },
        { type: "note", seq: 3, t: 4, id: 1, text: "the scene begins" },
        { type: "playing", seq: 4, t: 5, track: null },
      ),
    ]);
    expect(state.marks.map(({ text }) => text)).toEqual([
      "A Mission",
      "A Mission",
      "the scene begins",
    ]);
    expect(state.seq).toBe(4);
  });

  it("end the session but keep what was seen", () => {
    const state = after([
      OPENING,
      ...events(mood({ seq: 1 }), { type: "end", seq: 2, t: 9, reason: "finished", ...WELL }),
    ]);
    expect(state.phase).toBe("ended");
    expect(state.mood).not.toBeNull();
    expect(isRunning(state.phase)).toBe(false);
  });
});

describe("connection", () => {
  it("goes back to what it was before it was lost, and keeps the place to go on from", () => {
    const live = after([OPENING, ...events(mood({ seq: 7 }))]);
    const lost = reduce(live, { type: "lost" });
    expect(lost.phase).toBe("lost");
    expect(lost.seq).toBe(7);
    expect(reduce(lost, { type: "restored" }).phase).toBe("live");
    expect(after([OPENING, { type: "lost" }, { type: "restored" }]).phase).toBe("waiting");
  });

  it("takes back that the server is away once it answers, and no other problem", () => {
    const lost = (problem: Problem): State =>
      after([OPENING, { type: "lost" }, { type: "problem", problem }, { type: "restored" }]);
    expect(lost(PROBLEMS.away).problem).toBeNull();
    expect(lost(PROBLEMS.busy).problem).toBe(PROBLEMS.busy);
  });

  it("cannot be lost when nothing runs", () => {
    expect(reduce(INITIAL, { type: "lost" })).toBe(INITIAL);
  });
});

describe("opening", () => {
  it("forgets the session before", () => {
    const old = after([
      OPENING,
      ...events(mood({ seq: 1 })),
      { type: "downloads", items: [download()] },
      { type: "problem", problem: PROBLEMS.busy },
      { type: "ended" },
    ]);
    const fresh = reduce(old, { type: "opening", source: { kind: "sample" } });
    expect(fresh).toEqual({ ...INITIAL, phase: "opening", source: { kind: "sample" } });
    expect(reduce(old, { type: "left" })).toEqual(INITIAL);
  });

  it("that fails leads back to the start", () => {
    expect(after([OPENING, { type: "ended" }]).phase).toBe("idle");
  });
});

describe("downloads", () => {
  it("are listed newest first and only once each", () => {
    const first = download({ id: 1, at: "2026-01-01T12:00:00Z" });
    const second = download({ id: 2, at: "2026-01-01T12:00:05Z" });
    const third = download({ id: 3, at: "2026-01-01T12:00:09Z" });
    const state = after([
      { type: "downloads", items: [third] },
      { type: "downloads", items: [third, second, first] },
    ]);
    expect(state.downloads.map(({ id }) => id)).toEqual([3, 2, 1]);
  });

  it("stay bounded", () => {
    const items = Array.from({ length: 500 }, (_, id) =>
      download({ id, at: new Date(id * 1000).toISOString() }),
    );
    const state = reduce(INITIAL, { type: "downloads", items });
    expect(state.downloads).toHaveLength(200);
    expect(state.downloads[0]?.id).toBe(499);
  });
});
