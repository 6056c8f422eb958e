/** Asks anew when what is asked for has changed, but not with every letter. */

import { effect } from "@preact/signals";

/** Words are typed letter by letter, and news may come in bursts: one answer serves several. */
const PATIENCE_MS = 250;

/**
 * Calls `refresh` at once, and soon after signals that `read` reads have changed, until the returned
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
