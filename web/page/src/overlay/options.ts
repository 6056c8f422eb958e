/** What the address of an overlay asks for. Pure. */

import { languageOf, type Language } from "../words/language";

export const THEMES = ["dark", "light", "minimal"] as const;

export type Theme = (typeof THEMES)[number];

export const PARTS = ["mood", "track"] as const;

export type Part = (typeof PARTS)[number];

export interface Options {
  readonly session: string;
  /** Opens its events, and nothing else. */
  readonly token: string;
  readonly theme: Theme;
  readonly show: readonly Part[];
  /** Times the usual size. */
  readonly scale: number;
  readonly language: Language;
}

/** The largest that may be asked for: four times as large fills a 4K picture as 1 does a small one. */
const MAX_SCALE = 8;

/** Reads `/overlay/SESSION?token=…`; what is missing or unknown is as usual. */
export function readOptions(address: URL, preferred: readonly string[]): Options {
  const { pathname, searchParams: query } = address;
  const shown = (query.get("show") ?? "").split(",");
  const show = PARTS.filter((part) => shown.includes(part));
  const scale = Number(query.get("scale") ?? 1);
  const language = query.get("lang");
  return {
    session: pathname.split("/").at(-1) ?? "",
    token: query.get("token") ?? "",
    theme: THEMES.find((theme) => theme === query.get("theme")) ?? "dark",
    show: show.length > 0 ? show : PARTS,
    scale: scale > 0 && scale <= MAX_SCALE ? scale : 1,
    language: languageOf(language === null ? preferred : [language]),
  };
}
