import { expect, it } from "vitest";

import { changed, DEFAULTS, narrowed } from "../../src/cues/cueing";

it("what is left out stays as it is", () => {
  const filtered = changed(DEFAULTS, { filters: { tempo: [60, 90] } });
  const instrumental = changed(filtered, { filters: { instrumental: true } });
  expect(instrumental.filters).toEqual({
    ...DEFAULTS.filters,
    tempo: [60, 90],
    instrumental: true,
  });
  expect(narrowed(DEFAULTS)).toBe(0);
  expect(narrowed(instrumental)).toBe(2);
});

it("only lifting leads anywhere, and it always does", () => {
  const lifting = changed(DEFAULTS, { mode: "lift" });
  expect(lifting.target).toBe("happy");
  expect(changed(lifting, { target: "calm" }).target).toBe("calm");
  expect(changed(lifting, { mode: "contrast" }).target).toBeNull();
  expect(changed(DEFAULTS, { mood: "sad" })).toEqual({ ...DEFAULTS, mood: "sad" });
});
