/** The colour theme: system, light or dark. */

import { effect, signal } from "@preact/signals";

import { recall, remember } from "./storage";

export const THEMES = ["system", "light", "dark"] as const;

export type Theme = (typeof THEMES)[number];

const KEY = "moodcue-theme";

export const theme = signal<Theme>("system");

export function setTheme(chosen: Theme): void {
  theme.value = chosen;
  remember(KEY, chosen);
}

/** Restores the last theme and keeps the style sheet in sync with it. */
export function watchTheme(): void {
  theme.value = recall(KEY, isTheme) ?? "system";
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
  });
}

function isTheme(value: unknown): value is Theme {
  return THEMES.some((known) => known === value);
}
