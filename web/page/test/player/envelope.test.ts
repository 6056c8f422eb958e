import { describe, expect, it } from "vitest";

import { duck, DUCKED, fadeGain } from "../../src/player/envelope";

describe("edges", () => {
  it.each([
    [0, 0],
    [1, 0.5],
    [2, 1],
    [50, 1],
    [99, 0.5],
    [100, 0],
  ])("at %d of 100 seconds it is as loud as %d", (position, level) =>
    expect(fadeGain(position, 100, 2)).toBeCloseTo(level),
  );

  it("stay away where nobody wants them, and fall at no end that is not known", () => {
    expect(fadeGain(0, 100, 0)).toBe(1);
    expect(fadeGain(500, 0, 2)).toBe(1);
  });
});

describe("duck", () => {
  const after = (seconds: number, from: number, speech: boolean): number =>
    Array.from({ length: Math.round(seconds / 0.04) }).reduce<number>(
      (level) => duck(level, speech, 0.04),
      from,
    );

  it("makes room for a voice fast, and comes back slowly", () => {
    expect(after(0.2, 1, true)).toBe(DUCKED);
    expect(after(0.2, DUCKED, false)).toBeLessThan(0.4);
    expect(after(2, DUCKED, false)).toBe(1);
  });
});
