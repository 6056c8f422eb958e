/** The server's token, and the tokens of sessions that this browser started. */

import { recall, remember } from "../browser/storage";

const SERVER_KEY = "moodcue-token";

/** Returns the token for servers that require one; stored until the tab is closed. */
export function serverToken(): string | null {
  return recall(SERVER_KEY, isText, "sessionStorage");
}

export function keepServerToken(token: string): void {
  remember(SERVER_KEY, token, "sessionStorage");
}

/** A session id with its own token or the server's; null if neither is known. */
export interface Access {
  readonly id: string;
  readonly token: string | null;
}

const KEY = "moodcue-sessions";

/** The oldest tokens are dropped first. */
const MAX_KEPT = 500;

type Kept = readonly (readonly [id: string, token: string])[];

export function keepToken(id: string, token: string): void {
  remember(KEY, [...others(id), [id, token]].slice(-MAX_KEPT));
}

export function forgetToken(id: string): void {
  remember(KEY, others(id));
}

/** Returns the access that this browser has to a session. */
export function accessTo(id: string): Access {
  const own = kept().find(([known]) => known === id)?.[1];
  return { id, token: own ?? serverToken() };
}

function others(id: string): Kept {
  return kept().filter(([known]) => known !== id);
}

function kept(): Kept {
  return recall(KEY, isKept) ?? [];
}

function isKept(value: unknown): value is Kept {
  return (
    Array.isArray(value) &&
    value.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every(isText))
  );
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
