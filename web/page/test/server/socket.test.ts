import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { backOff, follow } from "../../src/server/socket";

/** The browser's WebSocket as far as this page uses it, with the far end in the test's hands. */
class FarEnd extends EventTarget {
  static opened: FarEnd[] = [];

  constructor(readonly url: URL) {
    super();
    FarEnd.opened.push(this);
  }

  open(): void {
    this.dispatchEvent(new Event("open"));
  }

  send(data: string): void {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }

  close(): void {
    this.dispatchEvent(new Event("close"));
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  FarEnd.opened = [];
  vi.stubGlobal("WebSocket", FarEnd);
  vi.stubGlobal("window", globalThis);
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it("waits longer after each failure, but never for long", () => {
  expect([0, 1, 2, 3, 4, 5, 50].map(backOff)).toEqual([0.5, 1, 2, 4, 8, 10, 10]);
});

it("comes back and asks for what came after the last message", async () => {
  let seq = 0;
  follow({
    url: () => new URL(`ws://x/events?after=${seq}`),
    message: (text) => (seq = Number(text)),
  });
  FarEnd.opened[0]?.open();
  FarEnd.opened[0]?.send("41");
  FarEnd.opened[0]?.close();
  await vi.advanceTimersByTimeAsync(500);
  expect(FarEnd.opened.map((end) => end.url.search)).toEqual(["?after=0", "?after=41"]);
});

it("tries on while the server does not answer, and gives up when that is pointless", async () => {
  const worthwhile = vi
    .fn<() => Promise<boolean>>()
    .mockRejectedValueOnce(new Error("no answer"))
    .mockResolvedValueOnce(false);
  const lost = vi.fn<() => void>();
  follow({ url: () => new URL("ws://x/"), message: () => undefined, lost, worthwhile });
  FarEnd.opened[0]?.close();
  await vi.advanceTimersByTimeAsync(500);
  expect(FarEnd.opened).toHaveLength(2);
  FarEnd.opened[1]?.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(FarEnd.opened).toHaveLength(2);
  expect(lost).toHaveBeenCalledTimes(2);
});

it("takes a stream for broken that should speak and does not", async () => {
  const lost = vi.fn<() => void>();
  let live = false;
  follow({ url: () => new URL("ws://x/"), message: () => undefined, lost, expecting: () => live });
  FarEnd.opened[0]?.open();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(lost).not.toHaveBeenCalled();
  live = true;
  for (let second = 0; second < 60; second++) {
    FarEnd.opened[0]?.send("a word");
    await vi.advanceTimersByTimeAsync(1000);
  }
  expect(lost).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(15_000);
  expect(lost).toHaveBeenCalledTimes(1);
  expect(FarEnd.opened).toHaveLength(2);
});

it("is silent once it was stopped", async () => {
  const lost = vi.fn<() => void>();
  const stop = follow({ url: () => new URL("ws://x/"), message: () => undefined, lost });
  stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(FarEnd.opened).toHaveLength(1);
  expect(lost).not.toHaveBeenCalled();
});
