import { expect, it } from "vitest";

import {
  byFrequency,
  isSelective,
  NO_CONDITIONS,
  queryOf,
  stackedBuckets,
  withNewest,
  withOlder,
} from "../../src/downloads/log";
import type { DownloadCounts, DownloadPage } from "../../src/server/wire";
import { download } from "../events";

function page(next: number | null, ...ids: readonly number[]): DownloadPage {
  return { items: ids.map((id) => download({ id })), next };
}

const COUNTS: DownloadCounts = {
  total: 6,
  moods: { happy: 1, sad: 4, none: 1 },
  bucket_seconds: 60,
  buckets: [
    { at: "2026-01-01T12:00:00Z", moods: { happy: 1, sad: 1 } },
    { at: "2026-01-01T12:03:00Z", moods: { sad: 3, none: 1 } },
  ],
};

it("asks for nothing that was not selected", () => {
  expect(isSelective(NO_CONDITIONS)).toBe(false);
  expect(queryOf({ ...NO_CONDITIONS, words: "  " })).toEqual({});
});

it("asks for whole days of this place", () => {
  const conditions = {
    ...NO_CONDITIONS,
    words: " slow piano",
    from: "2026-03-01",
    to: "2026-03-01",
  };
  expect(queryOf({ ...conditions, emotion: "sad", session: "s" })).toEqual({
    q: "slow piano",
    emotion: "sad",
    session: "s",
    since: new Date(2026, 2, 1).toISOString(),
    until: new Date(2026, 2, 2).toISOString(),
  });
});

it("puts new downloads before those that are listed", () => {
  const listed = withOlder(page(3, 5, 4, 3), page(null, 2, 1));
  expect(withNewest(listed, page(4, 6, 5, 4))).toEqual(page(null, 6, 5, 4, 3, 2, 1));
});

it("starts anew where more came than were asked for", () => {
  expect(withNewest(page(1, 2, 1), page(7, 9, 8, 7))).toEqual(page(7, 9, 8, 7));
  expect(withNewest(null, page(null))).toEqual(page(null));
});

it("names the most frequent mood first", () => {
  expect(byFrequency(COUNTS).map(([mood]) => mood)).toEqual(["sad", "happy", "none"]);
});

it("stacks the buckets, also those in which nothing happened", () => {
  const noon = Date.parse("2026-01-01T12:00:00Z") / 1000;
  expect(stackedBuckets(COUNTS, ["sad", "happy", "none"])).toEqual([
    [noon, noon + 60, noon + 120, noon + 180],
    [1, 0, 0, 3],
    [2, 0, 0, 3],
    [2, 0, 0, 4],
  ]);
});
