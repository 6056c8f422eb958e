/** Takes things as they come and hands them over together: one drawing serves several. */

/** What belongs to one moment arrives within this. */
const TOGETHER_MS = 40;

export interface Batch<Item> {
  readonly add: (item: Item) => void;
  /** Hands over at once what waits. */
  readonly flush: () => void;
}

/** Calls `take` with all that was added since the last time, at most once in `every` milliseconds. */
export function batched<Item>(take: (items: readonly Item[]) => void, every: number): Batch<Item> {
  let waiting: Item[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;
  let last = -Infinity;

  function flush(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (waiting.length === 0) return;
    const items = waiting;
    waiting = [];
    last = performance.now();
    take(items);
  }

  function add(item: Item): void {
    waiting.push(item);
    timer ??= setTimeout(flush, Math.max(TOGETHER_MS, last + every - performance.now()));
  }

  return { add, flush };
}
