/** How calls to the server fail. */

import type { Failure } from "./wire";

/** The server could not be reached. */
export class UnreachableError extends Error {}

/** The server answered with an error status. */
export class ServerError extends Error {
  readonly status: number;
  /** The reason the server gave; null where the answer came from something else, such as a proxy. */
  readonly failure: Failure | null;
  /** Seconds after which the server asks to try again; 0 where it does not say. */
  readonly retryAfter: number;
  /** Whether the call carried a token. */
  readonly authorized: boolean;

  constructor(status: number, body: string, retryAfter: string | null, authorized: boolean) {
    super(`HTTP ${status}`);
    this.status = status;
    this.failure = parseFailure(body);
    // The other form of the header, a date, is not used by the server.
    this.retryAfter = /^\d+$/.test(retryAfter ?? "") ? Number(retryAfter) : 0;
    this.authorized = authorized;
  }
}

/** Whether what was asked for does not exist, or no longer. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ServerError && error.status === 404;
}

function parseFailure(body: string): Failure | null {
  try {
    const { detail, code = null, facts = {} } = JSON.parse(body) as Partial<Failure>;
    return typeof detail === "string" ? { detail, code, facts } : null;
  } catch {
    return null;
  }
}
