/** The tokens of sessions that this browser opened: they alone open these sessions later. */

import { serverToken, type Access } from "./api";
import { recall, remember } from "../parts/memory";

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
