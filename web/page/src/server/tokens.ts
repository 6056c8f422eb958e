/** The token of the server, and those of the sessions that this browser opened. */

import { recall, remember } from "../browser/storage";

const SERVER_KEY = "moodcue-token";

/** The token that some servers require; kept until the tab is closed. */
export function serverToken(): string | null {
  return recall(SERVER_KEY, isText, "sessionStorage");
}

export function keepServerToken(token: string): void {
  remember(SERVER_KEY, token, "sessionStorage");
}

/** A session and a token that opens it: its own or the server's; null where neither is known. */
export interface Access {
  readonly id: string;
  readonly token: string | null;
}

const KEY = "moodcue-sessions";

/** More than one looks back on; the oldest is forgotten first. */
const MAX_KEPT = 500;

type Kept = readonly (readonly [id: string, token: string])[];

export function keepToken(id: string, token: string): void {
  remember(KEY, [...others(id), [id, token]].slice(-MAX_KEPT));
}

export function forgetToken(id: string): void {
  remember(KEY, others(id));
}

/** What this browser has to open a session. */
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
