/** The languages of the page. Pure. */

export type Language = "en" | "zh-Hant";

/** The first of the preferred languages (BCP 47) that there is a catalogue of; English otherwise. */
export function languageOf(preferred: readonly string[]): Language {
  return preferred.map(catalogueOf).find((language) => language !== null) ?? "en";
}

/** The tag of a language as the reader's region writes it, where that is known. */
export function localeOf(language: Language, preferred: readonly string[]): string {
  return preferred.find((tag) => catalogueOf(tag) === language) ?? language;
}

function catalogueOf(tag: string): Language | null {
  if (/^zh-(?:hant|tw|hk|mo)\b/i.test(tag)) return "zh-Hant";
  return /^en\b/i.test(tag) ? "en" : null;
}
