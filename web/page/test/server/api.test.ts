import { afterEach, expect, it, vi } from "vitest";

import { openSession } from "../../src/server/api";
import { explain, PROBLEMS } from "../../src/problem/problem";

afterEach(() => {
  vi.unstubAllGlobals();
});

it.each([
  [null, PROBLEMS.token],
  ["guessed", PROBLEMS.wrongToken],
])("tells a missing token from a wrong one: %s", async (token, problem) => {
  vi.stubGlobal("sessionStorage", { getItem: () => JSON.stringify(token) });
  vi.stubGlobal("fetch", async () => new Response(null, { status: 401 }));
  const opening = openSession({ source: "browser", consent: true });
  expect(await opening.catch(explain)).toBe(problem);
});
