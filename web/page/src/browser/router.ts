/** The page router: the fragment after `#/` names the page. A session keeps running meanwhile. */

import { batch, signal } from "@preact/signals";

export const PAGES = ["live", "history", "library", "downloads", "settings"] as const;

export type PageName = (typeof PAGES)[number];

export const FIRST: PageName = "live";

/** Returns the page that a fragment such as `#/downloads` names; the first page by default. */
export function pageOf(fragment: string): PageName {
  const [name] = partsOf(fragment);
  return PAGES.find((each) => each === name) ?? FIRST;
}

/** Returns the ids in a fragment, such as the two sessions of `#/history/a+b`. */
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

/** Updates `page` and `subjects` whenever the address changes. */
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
