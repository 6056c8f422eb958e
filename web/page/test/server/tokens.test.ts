import { beforeEach, describe, expect, it, vi } from "vitest";

import { accessTo, forgetToken, keepToken } from "../../src/server/tokens";

function storage(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  } as Storage;
}

describe("tokens of sessions", () => {
  beforeEach(() => {
    vi.stubGlobal("localStorage", storage());
    vi.stubGlobal("sessionStorage", storage());
  });

  it("open the sessions that this browser opened, and no other", () => {
    keepToken("a", "secret of a");
    keepToken("b", "secret of b");
    forgetToken("b");
    expect(accessTo("a")).toEqual({ id: "a", token: "secret of a" });
    expect(accessTo("b")).toEqual({ id: "b", token: null });
  });

  it("give way to the server's where a session's own is not known", () => {
    sessionStorage.setItem("moodcue-token", JSON.stringify("of the server"));
    keepToken("a", "its own");
    expect([accessTo("a").token, accessTo("b").token]).toEqual(["its own", "of the server"]);
  });

  it("stay bounded: the oldest is forgotten", () => {
    for (let i = 0; i < 600; i++) keepToken(String(i), "secret");
    expect(accessTo("99").token).toBeNull();
    expect(accessTo("100").token).toBe("secret");
    expect(accessTo("599").token).toBe("secret");
  });

  it("are not taken from a store that holds something else", () => {
    localStorage.setItem("moodcue-sessions", '{"a":"b"}');
    expect(accessTo("a").token).toBeNull();
    keepToken("a", "secret");
    expect(accessTo("a").token).toBe("secret");
  });
});
