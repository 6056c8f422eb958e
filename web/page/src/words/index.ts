/** The text of the page in the language of whoever reads it. */

import { computed, effect, signal } from "@preact/signals";

import type { Emotion } from "../emotion/emotion";
import { recall, remember } from "../browser/storage";
import { en, type Words } from "./en";
import { languageOf, localeOf, type Language } from "./language";
import { zhHant } from "./zh-Hant";

const CATALOGUES: Readonly<Record<Language, Words>> = { en, "zh-Hant": zhHant };

export const LANGUAGES = Object.keys(CATALOGUES) as readonly Language[];

const KEY = "moodcue-language";

export const language = signal<Language>("en");

export const words = computed<Words>(() => CATALOGUES[language.value]);

/** The adjective a person reads, with a capital: "Disgusted" for `disgust`. */
export function emotionName(emotion: Emotion): string {
  return words.value.emotions[emotion];
}

/** How dates are written: in the page's language, and as the reader's region has it. */
export const locale = computed<string>(() => localeOf(language.value, navigator.languages));

/** The name that a language has for itself. */
export function languageName(each: Language): string {
  return CATALOGUES[each].name;
}

/** Changes the language, for this visit and the next. */
export function setLanguage(chosen: Language): void {
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
