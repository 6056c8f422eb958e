/** Detects that the server was upgraded after this page was loaded. */

import { effect, signal } from "@preact/signals";

import { connected } from "../session/downloads";

export const outdated = signal(false);

/** Checks after each reconnect, because a server restarts when it is upgraded. */
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
    // It is checked again after the next reconnect.
  }
}

/** Returns the address of the page's entry script, whose name contains its hash. */
export function entryScript(html: string): string | null {
  return /<script[^>]*\bsrc="([^"]+)"/.exec(html)?.[1] ?? null;
}
