/** The text of the page in the user's language. */

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

/** Returns the name of an emotion, capitalised: "Disgusted" for `disgust`. */
export function emotionName(emotion: Emotion): string {
  return words.value.emotions[emotion];
}

/** Locale for dates and numbers: the page's language in the user's region. */
export const locale = computed<string>(() => localeOf(language.value, navigator.languages));

/** Returns the name of a language in that language. */
export function languageName(each: Language): string {
  return CATALOGUES[each].name;
}

/** Sets and stores the language. */
export function setLanguage(chosen: Language): void {
  language.value = chosen;
  remember(KEY, chosen);
}

/** Restores the language, or takes the browser's, and sets the `lang` attribute. */
export function watchLanguage(): void {
  language.value = recall(KEY, isLanguage) ?? languageOf(navigator.languages);
  effect(() => {
    document.documentElement.lang = language.value;
  });
}

function isLanguage(value: unknown): value is Language {
  return typeof value === "string" && Object.hasOwn(CATALOGUES, value);
}
