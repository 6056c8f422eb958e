/** State of the learned taste. */

import { signal } from "@preact/signals";

import { readTaste, resetTaste } from "../server/api";
import { explain, type Problem } from "../problem/problem";
import type { Taste } from "../server/wire";

/** null until the server has answered. */
export const taste = signal<Taste | null>(null);
export const problem = signal<Problem | null>(null);

export async function refresh(): Promise<void> {
  try {
    taste.value = await readTaste();
    problem.value = null;
  } catch (error) {
    problem.value = explain(error);
  }
}

export async function forget(): Promise<void> {
  try {
    await resetTaste();
    await refresh();
  } catch (error) {
    problem.value = explain(error);
  }
}
