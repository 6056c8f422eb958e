/** State of the history page: the list of sessions and the replays. */

import { signal } from "@preact/signals";

import * as api from "../server/api";
import { forget } from "../session/session";
import { explain, type Problem, PROBLEMS } from "../problem/problem";
import { isNotFound } from "../server/errors";
import { type Replay, replayOf, CHUNK_SECONDS, type Chunk } from "../timeline/replay";
import { applyNote } from "../timeline/timeline";
import { accessTo } from "../server/tokens";
import type { SessionInfo, SessionPage } from "../server/wire";

const PAGE_SIZE = 25;

/** null until the server has answered. */
export const listed = signal<SessionPage | null>(null);
/** The sessions that are replayed or compared, in the order of the address. */
export const replays = signal<readonly Replay[] | null>(null);
export const problem = signal<Problem | null>(null);

/** Runs an action and shows the problem if it fails; returns whether it worked. */
async function attempt(act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    problem.value = null;
    return true;
  } catch (error) {
    problem.value = reasonFor(error);
    return false;
  }
}

/** A session that is not found was deleted; a live one would have ended. */
function reasonFor(error: unknown): Problem {
  return isNotFound(error) ? PROBLEMS.deleted : explain(error);
}

export async function refresh(): Promise<void> {
  await attempt(async () => {
    listed.value = await api.listSessions(PAGE_SIZE, null);
  });
}

export async function showOlder(): Promise<void> {
  const before = listed.value;
  if (before?.next == null) return;
  await attempt(async () => {
    const { items, next } = await api.listSessions(PAGE_SIZE, before.next);
    listed.value = { items: [...before.items, ...items], next };
  });
}

/** Number of the latest request; answers to earlier ones are ignored. */
let asked = 0;

/** Loads the replays of some sessions. */
export async function open(ids: readonly string[]): Promise<void> {
  const mine = ++asked;
  await attempt(async () => {
    const opened = await Promise.all(
      ids
        .map(accessTo)
        .map(async (access) =>
          replayOf(await api.showSession(access), await api.readOverview(access)),
        ),
    );
    if (mine === asked) replays.value = opened;
  });
}

/** Chunks by session and number, least recently used first. */
const chunks = new Map<string, Promise<Chunk>>();

/** Cache size: the current chunk, the next one, and some to go back to. */
const CHUNKS_KEPT = 6;

/** Fetches a chunk of a session, and prefetches the next one. */
export async function chunkAt(id: string, place: number): Promise<Chunk | null> {
  void fetchChunk(id, place + 1).catch(() => undefined);
  try {
    return await fetchChunk(id, place);
  } catch (error) {
    problem.value = reasonFor(error);
    return null;
  }
}

function fetchChunk(id: string, place: number): Promise<Chunk> {
  const key = `${id} ${place}`;
  const fetched =
    chunks.get(key) ??
    api.readTimeline(accessTo(id), place * CHUNK_SECONDS, (place + 1) * CHUNK_SECONDS);
  chunks.delete(key);
  chunks.set(key, fetched);
  for (const oldest of [...chunks.keys()].slice(0, -CHUNKS_KEPT)) chunks.delete(oldest);
  fetched.catch(() => chunks.delete(key));
  return fetched;
}

/** Frees the replays, which are large. */
export function close(): void {
  asked += 1;
  replays.value = null;
  chunks.clear();
}

export async function rename(id: string, title: string): Promise<void> {
  await attempt(async () => {
    const renamed = await api.renameSession(accessTo(id), title);
    if (listed.value) listed.value = { ...listed.value, items: replaced(listed.value, renamed) };
    replays.value = changed(id, (replay) => ({ ...replay, info: renamed }));
  });
}

function replaced({ items }: SessionPage, info: SessionInfo): readonly SessionInfo[] {
  return items.map((each) => (each.id === info.id ? info : each));
}

export async function remove(id: string): Promise<boolean> {
  return attempt(async () => {
    await api.deleteSession(accessTo(id));
    forget(id);
    if (listed.value === null) return;
    listed.value = { ...listed.value, items: listed.value.items.filter((each) => each.id !== id) };
  });
}

export async function addNote(id: string, t: number, text: string): Promise<boolean> {
  return attempt(async () => {
    const note = await api.addNote(accessTo(id), t, text);
    replays.value = changed(id, (replay) => ({ ...replay, marks: applyNote(replay.marks, note) }));
  });
}

export async function deleteNote(id: string, note: number): Promise<void> {
  await attempt(async () => {
    await api.deleteNote(accessTo(id), note);
    replays.value = changed(id, (replay) => ({
      ...replay,
      marks: applyNote(replay.marks, { id: note, t: 0, text: null }),
    }));
  });
}

function changed(id: string, change: (replay: Replay) => Replay): readonly Replay[] | null {
  return replays.value?.map((each) => (each.info.id === id ? change(each) : each)) ?? null;
}
