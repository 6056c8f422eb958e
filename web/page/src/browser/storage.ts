/** What this browser remembers: from one visit to the next, or until the tab is closed. */

type Store = "localStorage" | "sessionStorage";

/** What a browser does not allow to be kept is forgotten with the page. */
const here = new Map<string, string>();

/** The value kept under a key; null where there is none, or none that is of use any more. */
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

/** Keeps a value; null keeps nothing any more. */
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
