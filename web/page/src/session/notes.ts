/** Notes of the live session. */

import { addNote as postNote, deleteNote as eraseNote } from "../server/api";
import type { OpenedSession } from "../server/wire";
import { explain } from "../problem/problem";
import { dispatch, session } from "./store";

/** Adds a note at a moment, in session seconds; returns whether that worked. */
export async function addNote(t: number, text: string): Promise<boolean> {
  return change(async (opened) => {
    const { id, t: at } = await postNote(opened, t, text);
    dispatch({ type: "noted", id, t: at, text });
  });
}

export async function deleteNote(id: number): Promise<boolean> {
  return change(async (opened) => {
    await eraseNote(opened, id);
    dispatch({ type: "noted", id, t: 0, text: null });
  });
}

async function change(act: (opened: OpenedSession) => Promise<void>): Promise<boolean> {
  const opened = session.peek();
  if (opened === null) return false;
  try {
    await act(opened);
    return true;
  } catch (error) {
    dispatch({ type: "problem", problem: explain(error) });
    return false;
  }
}
