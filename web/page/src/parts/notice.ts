/** A short notice of what was done. */

import { signal } from "@preact/signals";

const FOR_MS = 3000;

export const notice = signal<string | null>(null);

let timer = 0;

export function showNotice(text: string): void {
  notice.value = text;
  window.clearTimeout(timer);
  timer = window.setTimeout(() => (notice.value = null), FOR_MS);
}
