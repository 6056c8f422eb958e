/** Filters, paging and chart data of the download log. Pure. */

import type { Emotion } from "../emotion/emotion";
import type { DownloadQuery } from "../server/api";
import type { DownloadCounts, DownloadPage } from "../server/wire";

/** Filters of the log; an empty string matches anything. */
export interface Conditions {
  readonly words: string;
  readonly emotion: Emotion | "";
  readonly session: string;
  /** Days as `2026-11-22`, inclusive, in local time. */
  readonly from: string;
  readonly to: string;
}

export const NO_CONDITIONS: Conditions = { words: "", emotion: "", session: "", from: "", to: "" };

export function isSelective(conditions: Conditions): boolean {
  return Object.values(conditions).some((value) => value !== "");
}

/** Returns the query of a request. */
export function queryOf({ words, emotion, session, from, to }: Conditions): DownloadQuery {
  return {
    ...(words.trim() !== "" && { q: words.trim() }),
    ...(emotion !== "" && { emotion }),
    ...(session !== "" && { session }),
    ...(from !== "" && { since: midnight(from, 0) }),
    ...(to !== "" && { until: midnight(to, 1) }),
  };
}

function midnight(day: string, later: number): string {
  const date = new Date(`${day}T00:00`);
  date.setDate(date.getDate() + later);
  return date.toISOString();
}

/** Merges the newest page into the list; replaces the list if there is a gap between them. */
export function withNewest(listed: DownloadPage | null, newest: DownloadPage): DownloadPage {
  const known = new Set(listed?.items.map((item) => item.id));
  const fresh = newest.items.filter((item) => !known.has(item.id));
  if (listed === null || fresh.length === newest.items.length) return newest;
  return { items: [...fresh, ...listed.items], next: listed.next };
}

export function withOlder(listed: DownloadPage, older: DownloadPage): DownloadPage {
  return { items: [...listed.items, ...older.items], next: older.next };
}

/** A mood, or `none` for downloads before the first mood. */
export type MoodKey = Emotion | "none";

/** Returns the moods with their counts, most frequent first. */
export function byFrequency(counts: DownloadCounts): readonly (readonly [MoodKey, number])[] {
  const entries = Object.entries(counts.moods) as [MoodKey, number][];
  return entries.toSorted(([, a], [, b]) => b - a);
}

/** Returns x in Unix seconds, then for each mood the cumulative count of it and all before it. */
export function stackedBuckets(
  counts: DownloadCounts,
  moods: readonly MoodKey[],
): [number[], ...number[][]] {
  const found = new Map(
    counts.buckets.map(({ at, moods: of }) => [Date.parse(at) / 1000, of] as const),
  );
  const starts = [...found.keys()];
  const first = Math.min(...starts);
  const last = Math.max(...starts);
  const x: number[] = [];
  const columns: number[][] = moods.map(() => []);
  for (let at = first; at <= last; at += counts.bucket_seconds) {
    x.push(at);
    let sum = 0;
    moods.forEach((mood, i) => {
      sum += found.get(at)?.[mood] ?? 0;
      columns[i]?.push(sum);
    });
  }
  return [x, ...columns];
}
