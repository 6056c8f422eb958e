/** What can go wrong, and what can be done about it; the words are in the catalogues. */

import { ServerError, UnreachableError } from "../server/errors";
import type { Failure } from "../server/wire";
import { locale, words } from "../words";
import type { Words } from "../words/en";
import type { Facts } from "../words/failures";

export type Remedy = keyof Words["remedies"];

export interface Problem {
  readonly name: keyof Words["problems"];
  readonly remedies: readonly Remedy[];
  /** What the words of some problems have to mention. */
  readonly detail?: string;
  /** What the server said of it, in whose place the page says it where it has words for that. */
  readonly failure?: Failure;
  /** Seconds after which trying again is worth it. */
  readonly retryAfter?: number;
}

/** An expected failure that the page can explain. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.name);
    this.problem = problem;
  }
}

export const PROBLEMS = {
  insecure: { name: "insecure", remedies: ["sample"] },
  cannotSend: { name: "cannotSend", remedies: ["sample"] },
  denied: { name: "denied", remedies: ["retry", "voice-only", "face-only"] },
  deniedCamera: { name: "deniedCamera", remedies: ["retry", "voice-only"] },
  deniedMicrophone: { name: "deniedMicrophone", remedies: ["retry", "face-only"] },
  noCamera: { name: "noCamera", remedies: ["voice-only", "retry"] },
  noMicrophone: { name: "noMicrophone", remedies: ["face-only", "retry"] },
  noDevices: { name: "noDevices", remedies: ["retry", "sample"] },
  nothingChosen: { name: "nothingChosen", remedies: ["sample"] },
  busy: { name: "busy", remedies: ["retry", "voice-only", "face-only"] },
  unplugged: { name: "unplugged", remedies: ["retry", "voice-only", "face-only"] },
  cannotShare: { name: "cannotShare", remedies: [] },
  notShared: { name: "notShared", remedies: ["share"] },
  nothingToShare: { name: "nothingToShare", remedies: ["share"] },
  silentShare: { name: "silentShare", remedies: ["share"] },
  unreadable: { name: "unreadable", remedies: ["upload"] },
  tooLarge: { name: "tooLarge", remedies: ["play"] },
  cut: { name: "cut", remedies: ["retry"] },
  unreachable: { name: "unreachable", remedies: ["retry"] },
  noMedia: { name: "noMedia", remedies: ["retry"] },
  away: { name: "away", remedies: [] },
  gone: { name: "gone", remedies: [] },
  deleted: { name: "deleted", remedies: [] },
  token: { name: "token", remedies: ["sign-in"] },
  wrongToken: { name: "wrongToken", remedies: ["sign-in"] },
  offline: { name: "offline", remedies: [] },
  unplayable: { name: "unplayable", remedies: [] },
} as const satisfies Record<string, Problem>;

interface Description {
  readonly what: string;
  readonly advice: string;
}

/** What happened, and what to do about it, in the reader's language. */
export function describeProblem({ name, detail = "", failure }: Problem): Description {
  const { what, advice } = words.value.problems[name];
  return (
    (failure && describeFailure(failure)) ?? {
      what,
      advice: typeof advice === "function" ? advice(failure?.detail ?? detail) : advice,
    }
  );
}

/** What the server says, in the reader's language; null where the page has no words for it. */
export function describeFailure({ code, facts }: Failure): Description | null {
  // A server of a later version may have further codes.
  if (code === null || !Object.hasOwn(words.value.failures, code)) return null;
  const mentioned = Object.fromEntries(
    Object.entries(facts).map(([name, fact]) => [
      name,
      typeof fact === "number" ? fact.toLocaleString(locale.value) : fact,
    ]),
  ) as Facts;
  const { what, advice } = words.value.failures[code];
  return {
    what: typeof what === "function" ? what(mentioned) : what,
    advice: typeof advice === "function" ? advice(mentioned) : advice,
  };
}

/** The session ended because something failed on the server, which may have said what. */
export function failed(failure: Failure): Problem {
  return failure.detail === null ? PROBLEMS.gone : { name: "failed", failure, remedies: [] };
}

/** The problem behind anything that was thrown. */
export function explain(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (error instanceof UnreachableError) return PROBLEMS.unreachable;
  if (error instanceof ServerError) return explainServerError(error);
  const detail = error instanceof Error ? error.message : String(error);
  return { name: "unexpected", detail, remedies: ["retry"] };
}

function explainServerError({ status, failure, retryAfter, authorized }: ServerError): Problem {
  if (status === 401) return authorized ? PROBLEMS.wrongToken : PROBLEMS.token;
  if (status === 404) return PROBLEMS.gone;
  return failure === null
    ? { name: "status", detail: String(status), retryAfter, remedies: ["retry"] }
    : { name: "refused", failure: failure, retryAfter, remedies: ["retry"] };
}
