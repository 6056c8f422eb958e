/** Whether keyboard shortcuts are on, and whether their list is open. */

import { signal } from "@preact/signals";

import { recall, remember } from "../browser/storage";

const KEY = "moodcue-keys";

/** Users of speech input may have to turn single-key shortcuts off (WCAG 2.1.4). */
export const shortcutsEnabled = signal(true);

export const helpOpen = signal(false);

export function enableShortcuts(on: boolean): void {
  shortcutsEnabled.value = on;
  remember(KEY, on);
}

/** Restores the last choice. */
export function restoreShortcuts(): void {
  shortcutsEnabled.value = recall(KEY, (value) => typeof value === "boolean") ?? true;
}
