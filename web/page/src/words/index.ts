/** The text of the page in the language of whoever reads it. */

import { computed, effect, signal } from "@preact/signals";

import { recall, remember } from "../memory";
import { en, type Words } from "./en";
import { zhHant } from "./zh-Hant";

const CATALOGUES = { en, "zh-Hant": zhHant } as const satisfies Record<string, Words>;

export type Language = keyof typeof CATALOGUES;

export const LANGUAGES = Object.keys(CATALOGUES) as readonly Language[];

const KEY = "moodcue-language";

export const language = signal<Language>("en");

export const words = computed<Words>(() => CATALOGUES[language.value]);

/** How dates are written: in the page's language, and as the reader's region has it. */
export const locale = computed<string>(
  () =>
    navigator.languages.find((tag) => languageOf([tag]) === language.value) ?? language.value,
);

/** The name that a language has for itself. */
export function nameOf(each: Language): string {
  return CATALOGUES[each].name;
}

/** The first of the preferred languages (BCP 47) that there is a catalogue of; English otherwise. */
export function languageOf(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    if (/^zh-(?:hant|tw|hk|mo)\b/i.test(tag)) return "zh-Hant";
    if (/^en\b/i.test(tag)) return "en";
  }
  return "en";
}

/** Changes the language, for this visit and the next. */
export function speak(chosen: Language): void {
  language.value = chosen;
  remember(KEY, chosen);
}

/** Takes up the language chosen before, or the browser's, and says in the page which it is. */
export function watchLanguage(): void {
  language.value = recall(KEY, isLanguage) ?? languageOf(navigator.languages);
  effect(() => {
    document.documentElement.lang = language.value;
  });
}

function isLanguage(value: unknown): value is Language {
  return typeof value === "string" && Object.hasOwn(CATALOGUES, value);
}
