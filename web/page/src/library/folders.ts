/** State of the user's music folders and their scan. */

import { signal } from "@preact/signals";

import {
  addFolder,
  listUnreadable,
  removeFolder,
  scanFolders,
  showLibrary,
  stopScan,
} from "../server/api";
import { refresh as refreshTracks } from "./browsing";
import { explain, type Problem } from "../problem/problem";
import type { Library, Unreadable } from "../server/wire";

const EVERY_MS = 1000;

/** null until the server has answered. */
export const library = signal<Library | null>(null);
export const unreadable = signal<readonly Unreadable[]>([]);
export const problem = signal<Problem | null>(null);

export function add(path: string): Promise<boolean> {
  return perform(() => addFolder(path));
}

export function scan(): Promise<boolean> {
  return perform(scanFolders);
}

export function stop(): Promise<boolean> {
  return perform(stopScan);
}

export function remove(path: string): Promise<boolean> {
  return perform(async () => {
    await removeFolder(path);
    void refreshTracks();
    return showLibrary();
  });
}

/** Runs an action and shows the problem if it fails; returns whether it worked. */
async function perform(act: () => Promise<Library>): Promise<boolean> {
  try {
    show(await act());
    problem.value = null;
    return true;
  } catch (error) {
    problem.value = explain(error);
    return false;
  }
}

function show(now: Library): void {
  const finished = library.value?.scan?.state === "running" && now.scan?.state !== "running";
  const broken = now.folders.some((folder) => folder.unreadable > 0);
  if (finished) void refreshTracks();
  if (broken && (finished || library.value === null)) {
    // The list is optional: the counts are shown beside each folder.
    void listUnreadable()
      .then((files) => (unreadable.value = files))
      .catch(() => undefined);
  }
  if (!broken) unreadable.value = [];
  library.value = now;
}

/** Polls a running scan until the returned function is called. */
export function watchLibrary(): () => void {
  void perform(showLibrary);
  const timer = window.setInterval(() => {
    if (library.value?.scan?.state === "running") void perform(showLibrary);
  }, EVERY_MS);
  return () => window.clearInterval(timer);
}
