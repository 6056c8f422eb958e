import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { batched } from "../../src/session/batch";

describe("batched", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("hands over together what belongs together, and no more often than it may", () => {
    const taken: (readonly number[])[] = [];
    const { add } = batched<number>((items) => taken.push(items), 1000);
    add(1);
    add(2);
    expect(taken).toEqual([]);
    vi.advanceTimersByTime(50);
    expect(taken).toEqual([[1, 2]]);
    for (let i = 3; i < 12; i++) {
      add(i);
      vi.advanceTimersByTime(100);
    }
    expect(taken).toHaveLength(1);
    vi.advanceTimersByTime(100);
    expect(taken).toEqual([
      [1, 2],
      [3, 4, 5, 6, 7, 8, 9, 10, 11],
    ]);
  });

  it("keeps up with one thing a second", () => {
    const taken: number[] = [];
    const { add } = batched<number>((items) => taken.push(items.length), 1000);
    for (let i = 0; i < 60; i++) {
      add(i);
      vi.advanceTimersByTime(1000);
    }
    expect(taken).toEqual(Array.from({ length: 60 }, () => 1));
  });

  it("hands over at once when asked to, and only once", () => {
    const taken: (readonly number[])[] = [];
    const { add, flush } = batched<number>((items) => taken.push(items), 1000);
    add(1);
    flush();
    flush();
    vi.advanceTimersByTime(5000);
    expect(taken).toEqual([[1]]);
  });
});
