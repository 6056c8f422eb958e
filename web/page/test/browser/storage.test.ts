import { afterEach, describe, expect, it, vi } from "vitest";

import { recall, remember } from "../../src/browser/storage";

function isText(value: unknown): value is string {
  return typeof value === "string";
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("a browser that keeps nothing", () => {
  it("remembers until the page is left", () => {
    const blocked = (): never => {
      throw new DOMException("blocked", "SecurityError");
    };
    vi.stubGlobal("sessionStorage", { getItem: blocked, setItem: blocked, removeItem: blocked });
    expect(recall("token", isText, "sessionStorage")).toBeNull();
    remember("token", "secret", "sessionStorage");
    expect(recall("token", isText, "sessionStorage")).toBe("secret");
    remember("token", null, "sessionStorage");
    expect(recall("token", isText, "sessionStorage")).toBeNull();
  });
});

it.each(["{", "42", "null"])("has no use for %s", (kept) => {
  vi.stubGlobal("localStorage", { getItem: () => kept });
  expect(recall("name", isText)).toBeNull();
});
