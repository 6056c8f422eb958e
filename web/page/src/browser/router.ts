/** Which page is shown: the one that the address names after `#/`. A session goes on meanwhile. */

import { batch, signal } from "@preact/signals";

export const PAGES = ["live", "history", "library", "downloads", "settings"] as const;

export type PageName = (typeof PAGES)[number];

export const FIRST: PageName = "live";

/** The page that a fragment such as `#/downloads` names; the first where it names none. */
export function pageOf(fragment: string): PageName {
  const [name] = partsOf(fragment);
  return PAGES.find((each) => each === name) ?? FIRST;
}

/** What of that page is meant, such as the two sessions of `#/history/a+b`. */
export function subjectsOf(fragment: string): readonly string[] {
  return (partsOf(fragment)[1] ?? "").split("+").filter((part) => part !== "");
}

export function fragmentOf(name: PageName, subjects: readonly string[] = []): string {
  if (name === FIRST) return "#/";
  return subjects.length === 0 ? `#/${name}` : `#/${name}/${subjects.join("+")}`;
}

function partsOf(fragment: string): string[] {
  return fragment.replace(/^#\/?/, "").split("/");
}

export const page = signal<PageName>(FIRST);
export const subjects = signal<readonly string[]>([]);

/** Follows the address for as long as the page is open. */
export function watchAddress(): void {
  const read = (): void => {
    batch(() => {
      page.value = pageOf(location.hash);
      subjects.value = subjectsOf(location.hash);
    });
  };
  read();
  window.addEventListener("hashchange", read);
}
