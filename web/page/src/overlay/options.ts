/** The options in the address of an overlay. Pure. */

import { languageOf, type Language } from "../words/language";

export const THEMES = ["dark", "light", "minimal"] as const;

export type Theme = (typeof THEMES)[number];

export const PARTS = ["mood", "track"] as const;

export type Part = (typeof PARTS)[number];

export interface Options {
  readonly session: string;
  /** Grants access to the events only. */
  readonly token: string;
  readonly theme: Theme;
  readonly show: readonly Part[];
  /** Zoom factor. */
  readonly scale: number;
  readonly language: Language;
}

/** Upper limit of the zoom factor. */
const MAX_SCALE = 8;

/** Parses `/overlay/SESSION?token=…`; missing or unknown options get their defaults. */
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
