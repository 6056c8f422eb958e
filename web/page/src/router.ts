/** Which page is shown: the one that the address names after `#/`. A session goes on meanwhile. */

import { signal } from "@preact/signals";

export const PAGES = ["live", "library", "downloads"] as const;

export type PageName = (typeof PAGES)[number];

export const FIRST: PageName = "live";

/** The page that a fragment such as `#/downloads` names; the first where it names none. */
export function pageOf(fragment: string): PageName {
  const name = fragment.replace(/^#\/?/, "");
  return PAGES.find((each) => each === name) ?? FIRST;
}

export function fragmentOf(name: PageName): string {
  return name === FIRST ? "#/" : `#/${name}`;
}

export const page = signal<PageName>(FIRST);

/** Follows the address for as long as the page is open. */
export function watchAddress(): void {
  const read = (): void => {
    page.value = pageOf(location.hash);
  };
  read();
  window.addEventListener("hashchange", read);
}
