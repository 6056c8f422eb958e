/** The state of this page's session. */

import { signal } from "@preact/signals";

import { INITIAL, reduce, type Action } from "./state";
import type { OpenedSession, Overview, SessionInfo } from "../server/wire";

export const state = signal(INITIAL);

/** The latest session, also after it ended; null before the first. */
export const session = signal<OpenedSession | null>(null);

/** A session as it was when this page was reloaded and resumed it. */
export interface ResumedSession {
  readonly info: SessionInfo;
  readonly overview: Overview;
}

/** null unless a session was open when the page was loaded. */
export const resumed = signal<ResumedSession | null>(null);

export function dispatch(action: Action): void {
  state.value = reduce(state.value, action);
}
