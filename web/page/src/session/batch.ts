/** Batches items, so that several cause one render. */

/** Items of one moment arrive within this time. */
const TOGETHER_MS = 40;

export interface Batch<Item> {
  readonly add: (item: Item) => void;
  /** Delivers pending items now. */
  readonly flush: () => void;
}

/** Calls `take` with the items added since the last call, at most every `every` milliseconds. */
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
