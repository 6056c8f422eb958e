import { expect, it } from "vitest";

import { FLOOR, LevelMeter } from "../../src/source/level";

it("falls slowly from a peak and holds it for three seconds", () => {
  const meter = new LevelMeter();
  expect(meter.update(0, 0.5).peak).toBeCloseTo(-6.02, 1);
  const later = meter.update(1.7, 0);
  expect(later.peak).toBeCloseTo(-26.02, 1);
  expect(later.held).toBeCloseTo(-6.02, 1);
  expect(meter.update(3, 0).held).toBe(FLOOR);
});

it("warns of a clip, and for three seconds after it", () => {
  const meter = new LevelMeter();
  expect(meter.update(0, 0.99).clipped).toBe(false);
  expect(meter.update(0.1, 1).clipped).toBe(true);
  expect(meter.update(3, 0).clipped).toBe(true);
  expect(meter.update(3.2, 0).clipped).toBe(false);
});

it("shows silence as the lowest level", () => {
  expect(new LevelMeter().update(0, 0)).toEqual({ peak: FLOOR, held: FLOOR, clipped: false });
});
