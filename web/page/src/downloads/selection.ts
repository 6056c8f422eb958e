/** State of the downloads page; `log.ts` holds the pure part. */

import { signal } from "@preact/signals";

import { countDownloads, listDownloads } from "../server/api";
import { revision } from "../session/downloads";
import { NO_CONDITIONS, queryOf, withNewest, withOlder, type Conditions } from "./log";
import { watchDebounced } from "../server/debounce";
import { explain, type Problem } from "../problem/problem";
import type { DownloadCounts, DownloadPage } from "../server/wire";

const PAGE_SIZE = 50;

export const conditions = signal<Conditions>(NO_CONDITIONS);
/** null until the server has answered. */
export const listed = signal<DownloadPage | null>(null);
export const counts = signal<DownloadCounts | null>(null);
export const problem = signal<Problem | null>(null);

export function select(changed: Partial<Conditions>): void {
  conditions.value = { ...conditions.value, ...changed };
}

/** Number of the latest request; answers to earlier ones are ignored. */
let asked = 0;
/** The filters of the list that is shown. */
let answered = NO_CONDITIONS;

/** Fetches the newest page and the counts; keeps older pages that are already loaded. */
export async function refresh(): Promise<void> {
  const mine = ++asked;
  const wanted = conditions.value;
  const query = queryOf(wanted);
  try {
    const [newest, counted] = await Promise.all([
      listDownloads(query, PAGE_SIZE),
      countDownloads(query),
    ]);
    if (mine !== asked) return;
    listed.value = withNewest(wanted === answered ? listed.value : null, newest);
    answered = wanted;
    counts.value = counted;
    problem.value = null;
  } catch (error) {
    if (mine === asked) problem.value = explain(error);
  }
}

export async function showOlder(): Promise<void> {
  const before = listed.value;
  if (before === null || before.next === null) return;
  const mine = asked;
  const query = queryOf(conditions.value);
  try {
    const older = await listDownloads(query, PAGE_SIZE, before.next);
    if (mine === asked && listed.value !== null) listed.value = withOlder(listed.value, older);
  } catch (error) {
    if (mine === asked) problem.value = explain(error);
  }
}

/** Keeps the list and the counts up to date until the returned function is called. */
export function watchSelection(): () => void {
  return watchDebounced(() => [conditions.value, revision.value], refresh);
}
