/** The languages of the page. Pure. */

export type Language = "en" | "zh-Hant";

/** Returns the first preferred language (BCP 47) that has a catalogue; English by default. */
export function languageOf(preferred: readonly string[]): Language {
  return preferred.map(catalogueOf).find((language) => language !== null) ?? "en";
}

/** Returns the language tag with the user's region, if known. */
export function localeOf(language: Language, preferred: readonly string[]): string {
  return preferred.find((tag) => catalogueOf(tag) === language) ?? language;
}

function catalogueOf(tag: string): Language | null {
  if (/^zh-(?:hant|tw|hk|mo)\b/i.test(tag)) return "zh-Hant";
  return /^en\b/i.test(tag) ? "en" : null;
}
