import { expect, it } from "vitest";

import { ownScript } from "../../src/frame/upgrade";

it("a page is known by the script that it begins with", () => {
  const page = (script: string): string =>
    `<head><script type="module" crossorigin src="${script}"></script></head>`;
  expect(ownScript(page("/assets/index-AbC1.js"))).toBe("/assets/index-AbC1.js");
  expect(ownScript(page("/assets/index-xYz2.js"))).not.toBe(
    ownScript(page("/assets/index-AbC1.js")),
  );
  expect(ownScript("<head></head>")).toBeNull();
});
