import { expect, it } from "vitest";

import { fragmentOf, pageOf, PAGES } from "../src/router";

it("finds each page by the address that leads to it", () => {
  for (const name of PAGES) expect(pageOf(fragmentOf(name))).toBe(name);
});

it("shows the first page where the address names none", () => {
  expect(["", "#", "#/", "#/no-such-page", "#/toString"].map(pageOf)).toEqual(
    Array.from({ length: 5 }, () => "live"),
  );
});
