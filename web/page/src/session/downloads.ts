/** The live feed of downloads. */

import { effect, signal } from "@preact/signals";

import { listDownloads } from "../server/api";
import { follow, socketUrl } from "../server/socket";
import { serverToken } from "../server/tokens";
import type { Download } from "../server/wire";
import { MAX_DOWNLOADS } from "./state";
import { dispatch, session } from "./store";

/** Whether the feed is connected. */
export const connected = signal(false);

/** Increments whenever there may be new downloads, of any session. */
export const revision = signal(0);

/** Follows all downloads, and keeps those of this page's session. */
export function watchDownloads(): void {
  const load = async (id: string): Promise<void> => {
    const { items } = await listDownloads({ session: id }, MAX_DOWNLOADS);
    if (session.peek()?.id === id) dispatch({ type: "downloads", items });
  };
  effect(() => {
    const id = session.value?.id;
    if (connected.value && id !== undefined) void load(id).catch(() => undefined);
  });
  follow({
    url: () => socketUrl("/api/downloads/live", serverToken()),
    // The feed has new rows only: earlier and missed ones are fetched.
    open: () => {
      connected.value = true;
      revision.value++;
    },
    lost: () => (connected.value = false),
    message: (text) => {
      revision.value++;
      const download = JSON.parse(text) as Download;
      const own = download.session === session.peek()?.id;
      if (own) dispatch({ type: "downloads", items: [download] });
    },
  });
}
