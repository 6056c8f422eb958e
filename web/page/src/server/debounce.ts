/** Debounced refresh of data that depends on signals. */

import { effect } from "@preact/signals";

/** Debounce time, for typing and for bursts of events. */
const PATIENCE_MS = 250;

/**
 * Calls `refresh` now, and debounced whenever signals that `read` reads change, until the returned
 * function is called.
 */
export function watchDebounced(read: () => unknown, refresh: () => Promise<void>): () => void {
  let timer = 0;
  let patience = 0;
  const unfollow = effect(() => {
    void read();
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void refresh(), patience);
    patience = PATIENCE_MS;
  });
  return () => {
    window.clearTimeout(timer);
    unfollow();
  };
}
