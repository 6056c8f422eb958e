/** What this browser remembers from one visit to the next. */

/** The value kept under a key; null where there is none, or none that is of use any more. */
export function recall<T>(key: string, isUsable: (value: unknown) => value is T): T | null {
  try {
    const kept = localStorage.getItem(key);
    const value: unknown = kept === null ? null : JSON.parse(kept);
    return isUsable(value) ? value : null;
  } catch {
    return null;
  }
}

/** Keeps a value. A browser that does not allow it forgets it with the page, which does no harm. */
export function remember(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    return;
  }
}
