import { expect, it } from "vitest";

import { parseNumber } from "../../src/parts/number";

it("takes numbers within limits, and nothing for nothing", () => {
  expect([parseNumber("", 9), parseNumber(" ", 9), parseNumber("x", 9)]).toEqual([
    null,
    null,
    null,
  ]);
  expect([parseNumber("7.5", 9), parseNumber("-1", 9), parseNumber("10", 9)]).toEqual([7.5, 0, 9]);
});
