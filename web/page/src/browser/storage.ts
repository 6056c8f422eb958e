/** Values stored in this browser: across visits, or until the tab is closed. */

type Store = "localStorage" | "sessionStorage";

/** Fallback in memory, for browsers that block storage. */
const here = new Map<string, string>();

/** Returns the value stored under a key; null if there is none or it is not valid any more. */
export function recall<T>(
  key: string,
  isUsable: (value: unknown) => value is T,
  store: Store = "localStorage",
): T | null {
  try {
    const kept = read(store, key);
    const value: unknown = kept === null ? null : JSON.parse(kept);
    return isUsable(value) ? value : null;
  } catch {
    return null;
  }
}

/** Stores a value; null removes it. */
export function remember(key: string, value: unknown, store: Store = "localStorage"): void {
  const kept = JSON.stringify(value);
  try {
    if (value === null) globalThis[store].removeItem(key);
    else globalThis[store].setItem(key, kept);
  } catch {
    here.set(key, kept);
  }
}

function read(store: Store, key: string): string | null {
  try {
    return globalThis[store].getItem(key) ?? here.get(key) ?? null;
  } catch {
    return here.get(key) ?? null;
  }
}
