import { afterEach, expect, it, vi } from "vitest";

import { deleteNote, openSession, readAbout } from "../../src/server/api";
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

it("names a session and its token in each call about it", async () => {
  let sent: Request | undefined;
  vi.stubGlobal("fetch", async (request: Request) => {
    sent = request;
    return new Response(null, { status: 204 });
  });
  await deleteNote({ id: "a b", token: "secret" }, 7);
  expect(sent?.method).toBe("DELETE");
  expect(sent?.url).toBe("http://localhost/api/sessions/a%20b/notes/7");
  expect(sent?.headers.get("Authorization")).toBe("Bearer secret");
});

it("says that a server which cannot be reached cannot", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  expect(await readAbout().catch(explain)).toBe(PROBLEMS.unreachable);
});
