import { expect, it } from "vitest";

import { fragmentOf, pageOf, PAGES, subjectsOf } from "../../src/browser/router";

it("finds each page by the address that leads to it", () => {
  for (const name of PAGES) expect(pageOf(fragmentOf(name))).toBe(name);
});

it("shows the first page where the address names none", () => {
  expect(["", "#", "#/", "#/no-such-page", "#/toString"].map(pageOf)).toEqual(
    Array.from({ length: 5 }, () => "live"),
  );
});

it("knows what of a page is meant", () => {
  expect(subjectsOf("#/history")).toEqual([]);
  const two = fragmentOf("history", ["a", "b"]);
  expect([pageOf(two), subjectsOf(two)]).toEqual(["history", ["a", "b"]]);
  expect(subjectsOf("#/history/+")).toEqual([]);
});
