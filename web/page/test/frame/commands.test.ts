import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { commandOf, KEYS } from "../../src/frame/commands";

/** An element that matches the selectors of what one writes in, or of what one does not. */
class Stub {
  constructor(private readonly writes: boolean) {}

  matches(): boolean {
    return this.writes;
  }
}

beforeEach(() => void vi.stubGlobal("Element", Stub));
afterEach(() => void vi.unstubAllGlobals());

function press(key: string, given: Partial<Parameters<typeof commandOf>[0]> = {}, on = true) {
  const none = { ctrlKey: false, metaKey: false, altKey: false, isComposing: false };
  return commandOf({ key, ...none, defaultPrevented: false, target: null, ...given }, on);
}

describe("a key", () => {
  it.each(Object.entries(KEYS))("%s means to %s, small or capital", (key, command) => {
    expect(press(key)).toBe(command);
    expect(press(key.toUpperCase())).toBe(command);
  });

  it("means nothing while one writes, nor to the browser's own commands", () => {
    const written = new Stub(true) as unknown as EventTarget;
    const pressed = new Stub(false) as unknown as EventTarget;
    expect(press("k", { target: written })).toBeNull();
    expect(press("?", { target: written })).toBeNull();
    expect(press("k", { target: pressed })).toBe("play");
    expect(press("c", { ctrlKey: true })).toBeNull();
    expect(press("c", { metaKey: true })).toBeNull();
    expect(press("k", { isComposing: true })).toBeNull();
    expect(press("k", { defaultPrevented: true })).toBeNull();
    expect(press("z")).toBeNull();
    expect(press("toString")).toBeNull();
  });

  it("means nothing where single keys are switched off, but the list stays in reach", () => {
    expect(press("k", {}, false)).toBeNull();
    expect(press("?", {}, false)).toBe("help");
  });
});
