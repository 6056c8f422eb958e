/** A WebSocket that comes back after it was lost. */

/**
 * Milliseconds without a word after which a stream that should speak counts as broken. A network that
 * went away while a laptop slept tells nobody; moods come ten seconds apart at most.
 */
const SILENCE_MS = 15_000;

/** Seconds to wait before the attempt with this number, which counts from 0. */
export function backOff(attempt: number): number {
  return Math.min(0.5 * 2 ** attempt, 10);
}

/** The address of a WebSocket; browsers cannot send it a header, so the token goes into the query. */
export function socketUrl(path: string, token: string | null, after?: number): URL {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  if (token !== null) url.searchParams.set("token", token);
  if (after !== undefined) url.searchParams.set("after", String(after));
  return url;
}

export interface Handlers {
  /** Asked anew for every attempt, so that a stream can go on where it broke off. */
  readonly url: () => URL;
  readonly message: (text: string) => void;
  readonly open?: () => void;
  readonly lost?: () => void;
  /** Whether the far end should be speaking; where nothing is expected, silence is no sign. */
  readonly expecting?: () => boolean;
  /** Asked before every further attempt; false gives up. */
  readonly worthwhile?: () => Promise<boolean>;
}

/** Follows a stream until the returned function is called. */
export function follow(handlers: Handlers): () => void {
  /** null while there is none, and once `follow` is stopped. */
  let current: WebSocket | null = null;
  let timer = 0;
  let attempt = 0;
  let stopped = false;

  function connect(): void {
    const socket = new WebSocket(handlers.url());
    current = socket;
    socket.addEventListener("open", () => {
      if (socket !== current) return;
      attempt = 0;
      handlers.open?.();
      expectMessage();
    });
    socket.addEventListener("message", ({ data }) => {
      if (socket !== current || typeof data !== "string") return;
      expectMessage();
      handlers.message(data);
    });
    socket.addEventListener("close", () => {
      if (socket === current) reconnect();
    });
  }

  function expectMessage(): void {
    window.clearTimeout(timer);
    timer = window.setTimeout(
      () => (handlers.expecting?.() === true ? reconnect() : expectMessage()),
      SILENCE_MS,
    );
  }

  function reconnect(): void {
    window.clearTimeout(timer);
    // A broken connection takes up to a minute to close, and may deliver messages until then.
    const broken = current;
    current = null;
    broken?.close();
    handlers.lost?.();
    timer = window.setTimeout(() => void retry(), backOff(attempt++) * 1000);
  }

  async function retry(): Promise<void> {
    // A server that does not answer now may answer later.
    const worthwhile = (await handlers.worthwhile?.().catch(() => true)) ?? true;
    if (worthwhile && !stopped) connect();
  }

  connect();
  return () => {
    stopped = true;
    window.clearTimeout(timer);
    const socket = current;
    current = null;
    socket?.close();
  };
}
