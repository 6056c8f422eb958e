import { afterEach, expect, it, vi } from "vitest";

import { openSession, refusal } from "../../src/server/api";
import { PROBLEMS } from "../../src/problem/problem";

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
  await expect(opening).rejects.toMatchObject({ problem });
});

it("tells a full server from one that lacks something", () => {
  const said = { detail: "8 sessions are running", code: "server_full", facts: { sessions: 8 } };
  const busy = refusal(503, "30", JSON.stringify(said), null);
  expect(busy.problem).toEqual({ name: "refused", said, retryAfter: 30, remedies: ["retry"] });
  const lacking = refusal(503, null, '{"detail":"install libportaudio2"}', null);
  expect(lacking.problem).toMatchObject({
    name: "refused",
    said: { detail: "install libportaudio2", code: null, facts: {} },
    retryAfter: 0,
  });
  expect(refusal(502, null, "<html>", null).problem).toMatchObject({ name: "status" });
});
