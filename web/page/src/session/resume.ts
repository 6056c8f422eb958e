/** Remembers the session of this tab, so that a reload resumes it. */

import type { Source } from "../source/source";
import { recall, remember } from "../browser/storage";
import type { OpenedSession } from "../server/wire";

export interface Running {
  readonly opened: OpenedSession;
  readonly source: Source;
}

/** Kept in the session storage. */
const KEY = "moodcue-running";

/** Time for the previous page of this tab to release its lock. */
const PATIENCE_MS = 3000;

let release = (): void => undefined;

/** Stores the session, and locks it against other tabs, until it is forgotten. */
export function keepRunning(running: Running): void {
  if (!isResumable(running.source.kind)) return;
  remember(KEY, running, "sessionStorage");
  void hold(running.opened.id).catch(() => undefined);
}

export function forgetRunning(): void {
  remember(KEY, null, "sessionStorage");
  release();
}

/** Returns the session of this tab; null if there is none, or a duplicated tab has it. */
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

/** A page can't reopen a file after a reload. */
function isResumable(kind: unknown): boolean {
  return ["camera", "screen", "whip", "device", "url", "sample"].some((known) => known === kind);
}

/** Only this page writes it, so the rest of its shape is not checked. */
function isKept(value: unknown): value is Running {
  if (typeof value !== "object" || value === null) return false;
  if (!("opened" in value && "source" in value)) return false;
  const { source } = value;
  return (
    typeof source === "object" && source !== null && "kind" in source && isResumable(source.kind)
  );
}

/** Locks the session for this tab. Rejects if another tab has it. */
async function hold(id: string): Promise<void> {
  release();
  // Insecure contexts have no locks, and no cameras either.
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
