/** A WebSocket that reconnects. */

/**
 * Milliseconds of silence after which a live stream counts as broken: a network that is lost during
 * sleep closes no socket. Moods arrive at least every ten seconds.
 */
const SILENCE_MS = 15_000;

/** Returns the seconds to wait before a reconnect; `attempt` counts from 0. */
export function backOff(attempt: number): number {
  return Math.min(0.5 * 2 ** attempt, 10);
}

/** Returns the address of a WebSocket. The token is in the query: browsers send no headers. */
export function socketUrl(path: string, token: string | null, after?: number): URL {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  if (token !== null) url.searchParams.set("token", token);
  if (after !== undefined) url.searchParams.set("after", String(after));
  return url;
}

export interface Handlers {
  /** Called for each attempt, so that a stream can continue where it broke off. */
  readonly url: () => URL;
  readonly message: (text: string) => void;
  readonly open?: () => void;
  readonly lost?: () => void;
  /** Whether messages are expected; only then does silence count as a failure. */
  readonly expecting?: () => boolean;
  /** Called before each reconnect; false gives up. */
  readonly worthwhile?: () => Promise<boolean>;
}

/** Follows a stream until the returned function is called. */
export function follow(handlers: Handlers): () => void {
  /** null while disconnected. */
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
    // A server that is unreachable now may come back.
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
