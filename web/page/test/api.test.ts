import { afterEach, expect, it, vi } from "vitest";

import { openSession } from "../src/api";
import { PROBLEMS } from "../src/problem";

afterEach(() => {
  vi.unstubAllGlobals();
});

it.each([
  [null, PROBLEMS.token],
  ["guessed", PROBLEMS.wrongToken],
])("tells a missing token from a wrong one: %s", async (token, problem) => {
  vi.stubGlobal("sessionStorage", { getItem: () => token });
  vi.stubGlobal("fetch", async () => new Response(null, { status: 401 }));
  const opening = openSession({ source: "browser", consent: true });
  await expect(opening).rejects.toMatchObject({ problem });
});
