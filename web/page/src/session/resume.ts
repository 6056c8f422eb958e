/** The session that this tab has open, so that the tab goes on with it when it is loaded anew. */

import type { Source } from "../source/source";
import { recall, remember } from "../browser/storage";
import type { OpenedSession } from "../server/wire";

export interface Running {
  readonly opened: OpenedSession;
  readonly source: Source;
}

/** Forgotten when the tab is closed. */
const KEY = "moodcue-running";

/** By then the page that was there before has let go. */
const PATIENCE_MS = 3000;

let release = (): void => undefined;

/** Keeps the session in mind, and from other tabs, until it is forgotten. */
export function keepRunning(running: Running): void {
  // A file is not to be had again, and no other kind of source is known to whoever comes back.
  const { kind } = running.source;
  if (kind === "playback" || kind === "upload") return;
  remember(KEY, running, "sessionStorage");
  void hold(running.opened.id).catch(() => undefined);
}

export function forgetRunning(): void {
  remember(KEY, null, "sessionStorage");
  release();
}

/** What was open in this tab; null where nothing was, or where another tab has it: a copied tab. */
export async function lastRunning(): Promise<Running | null> {
  const running = recall(KEY, isKept, "sessionStorage");
  if (running === null) return null;
  try {
    await hold(running.opened.id);
    return running;
  } catch {
    remember(KEY, null, "sessionStorage");
    return null;
  }
}

/** Nobody but this page writes it. */
function isKept(value: unknown): value is Running {
  return typeof value === "object" && value !== null && "opened" in value && "source" in value;
}

/** Takes the session for this tab. Rejects where another one keeps it. */
async function hold(id: string): Promise<void> {
  release();
  // Without a secure connection browsers have no locks, and no cameras to quarrel over.
  if (!("locks" in navigator)) return;
  await new Promise<void>((held, taken) => {
    const until = new Promise<void>((resolve) => (release = resolve));
    navigator.locks
      .request(`moodcue ${id}`, { signal: AbortSignal.timeout(PATIENCE_MS) }, () => {
        held();
        return until;
      })
      .catch(taken);
  });
}
