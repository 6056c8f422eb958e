/** Errors of calls to the server. */

import type { Failure } from "./wire";

/** The server could not be reached. */
export class UnreachableError extends Error {}

/** The server answered with an error status. */
export class ServerError extends Error {
  readonly status: number;
  /** The failure reported by the server; null if a proxy or the like responded. */
  readonly failure: Failure | null;
  /** Value of `Retry-After` in seconds; 0 if missing. */
  readonly retryAfter: number;
  /** Whether the request had a token. */
  readonly authorized: boolean;

  constructor(status: number, body: string, retryAfter: string | null, authorized: boolean) {
    super(`HTTP ${status}`);
    this.status = status;
    this.failure = parseFailure(body);
    // The server never sends the date form of the header.
    this.retryAfter = /^\d+$/.test(retryAfter ?? "") ? Number(retryAfter) : 0;
    this.authorized = authorized;
  }
}

/** Whether an error means that the resource does not exist. */
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
