import { describe, expect, it } from "vitest";

import { pan, rangeOf, reveal, type View, WHOLE, zoom } from "../../src/timeline/view";

const HOUR = 3600;
const LATEST_MINUTE: View = { seconds: 60, end: null };

describe("rangeOf", () => {
  it("is the whole session, or the latest part of it, or one that was chosen", () => {
    expect(rangeOf(WHOLE, HOUR)).toEqual({ from: 0, to: HOUR });
    expect(rangeOf(LATEST_MINUTE, HOUR)).toEqual({ from: 3540, to: HOUR });
    expect(rangeOf({ seconds: 60, end: 90 }, HOUR)).toEqual({ from: 30, to: 90 });
  });

  it("stays inside a session that is shorter", () => {
    expect(rangeOf(LATEST_MINUTE, 20)).toEqual({ from: 0, to: 20 });
    expect(rangeOf({ seconds: 60, end: 10 }, HOUR)).toEqual({ from: 0, to: 60 });
  });
});

describe("zoom", () => {
  it("keeps what lies under the pointer where it is", () => {
    const closer = zoom(WHOLE, HOUR, 0.5, 900);
    expect(rangeOf(closer, HOUR)).toEqual({ from: 450, to: 2250 });
    expect(rangeOf(zoom(closer, HOUR, 0.5, 900), HOUR)).toEqual({ from: 675, to: 1575 });
  });

  it("goes along with the latest until one looks elsewhere", () => {
    expect(zoom(WHOLE, HOUR, 0.5)).toEqual({ seconds: HOUR / 2, end: null });
    expect(zoom(WHOLE, HOUR, 0.5, HOUR)).toEqual({ seconds: HOUR / 2, end: null });
  });

  it("ends at some seconds, and at the whole session", () => {
    let view = WHOLE;
    for (let i = 0; i < 30; i++) view = zoom(view, HOUR, 0.5);
    expect(view.seconds).toBe(10);
    for (let i = 0; i < 30; i++) view = zoom(view, HOUR, 2);
    expect(view).toEqual(WHOLE);
    expect(zoom(WHOLE, 4, 0.5)).toEqual(WHOLE);
  });
});

describe("pan", () => {
  it("goes back and on again, up to the latest, and follows it from there", () => {
    const back = pan(LATEST_MINUTE, HOUR, -600);
    expect(rangeOf(back, HOUR)).toEqual({ from: 2940, to: 3000 });
    expect(pan(back, HOUR, 1e6)).toEqual(LATEST_MINUTE);
    expect(rangeOf(pan(back, HOUR, -1e6), HOUR)).toEqual({ from: 0, to: 60 });
    expect(pan(WHOLE, HOUR, 100)).toEqual(WHOLE);
  });
});

describe("reveal", () => {
  it("moves only as far as it must", () => {
    const minute: View = { seconds: 60, end: 120 };
    expect(reveal(minute, HOUR, 90)).toBe(minute);
    for (const t of [10, 130, 3000]) {
      const { from, to } = rangeOf(reveal(minute, HOUR, t), HOUR);
      expect(from <= t && t <= to).toBe(true);
      expect(to - from).toBe(60);
    }
  });
});
