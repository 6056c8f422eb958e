/** Whether this tab is older than the server: then it may not understand what it is told. */

import { effect, signal } from "@preact/signals";

import { connected } from "../session/downloads";

export const outdated = signal(false);

/** Looks whenever the connection comes back: a server that was upgraded has been away. */
export function watchUpgrade(): void {
  const mine = entryScript(document.documentElement.outerHTML);
  let connections = 0;
  effect(() => {
    if (connected.value && connections++ > 0) void check(mine);
  });
}

async function check(mine: string | null): Promise<void> {
  try {
    const page = await fetch("/", { cache: "no-store" });
    if (page.ok) outdated.value = entryScript(await page.text()) !== mine;
  } catch {
    // The next time it comes back is soon enough.
  }
}

/** The script that a page begins with: its name changes with what is in it. */
export function entryScript(html: string): string | null {
  return /<script[^>]*\bsrc="([^"]+)"/.exec(html)?.[1] ?? null;
}
