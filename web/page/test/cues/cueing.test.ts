import { expect, it } from "vitest";

import { applyChanges, DEFAULTS, activeFilters } from "../../src/cues/cueing";

it("what is left out stays as it is", () => {
  const filtered = applyChanges(DEFAULTS, { filters: { tempo: [60, 90] } });
  const instrumental = applyChanges(filtered, { filters: { instrumental: true } });
  expect(instrumental.filters).toEqual({
    ...DEFAULTS.filters,
    tempo: [60, 90],
    instrumental: true,
  });
  expect(activeFilters(DEFAULTS)).toBe(0);
  expect(activeFilters(instrumental)).toBe(2);
});

it("only lifting leads anywhere, and it always does", () => {
  const lifting = applyChanges(DEFAULTS, { mode: "lift" });
  expect(lifting.target).toBe("happy");
  expect(applyChanges(lifting, { target: "calm" }).target).toBe("calm");
  expect(applyChanges(lifting, { mode: "contrast" }).target).toBeNull();
  expect(applyChanges(DEFAULTS, { mood: "sad" })).toEqual({ ...DEFAULTS, mood: "sad" });
});
