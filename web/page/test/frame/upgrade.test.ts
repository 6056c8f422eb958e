import { expect, it } from "vitest";

import { entryScript } from "../../src/frame/upgrade";

it("a page is known by the script that it begins with", () => {
  const page = (script: string): string =>
    `<head><script type="module" crossorigin src="${script}"></script></head>`;
  expect(entryScript(page("/assets/index-AbC1.js"))).toBe("/assets/index-AbC1.js");
  expect(entryScript(page("/assets/index-xYz2.js"))).not.toBe(
    entryScript(page("/assets/index-AbC1.js")),
  );
  expect(entryScript("<head></head>")).toBeNull();
});
