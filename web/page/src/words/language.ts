/** The languages of the page. Pure. */

export type Language = "en" | "zh-Hant";

/** The first of the preferred languages (BCP 47) that there is a catalogue of; English otherwise. */
export function languageOf(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    if (/^zh-(?:hant|tw|hk|mo)\b/i.test(tag)) return "zh-Hant";
    if (/^en\b/i.test(tag)) return "en";
  }
  return "en";
}
