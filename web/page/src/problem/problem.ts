/** What can go wrong, and the remedies the page offers. */

import { ServerError, UnreachableError } from "../server/errors";
import type { Failure } from "../server/wire";
import { locale, words } from "../words";
import type { Words } from "../words/en";
import type { Facts } from "../words/failures";

export type Remedy = keyof Words["remedies"];

export interface Problem {
  readonly name: keyof Words["problems"];
  readonly remedies: readonly Remedy[];
  /** A detail that the description mentions. */
  readonly detail?: string;
  /** The failure reported by the server, if it was one. */
  readonly failure?: Failure;
  /** Seconds after which a retry makes sense. */
  readonly retryAfter?: number;
}

/** Error with a problem that the page can explain. */
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

/** Returns the description of a problem in the user's language. */
export function describeProblem({ name, detail = "", failure }: Problem): Description {
  const { what, advice } = words.value.problems[name];
  return (
    (failure && describeFailure(failure)) ?? {
      what,
      advice: typeof advice === "function" ? advice(failure?.detail ?? detail) : advice,
    }
  );
}

/** Describes a failure in the user's language; null if its code is unknown to the page. */
export function describeFailure({ code, facts }: Failure): Description | null {
  // A newer server may have more codes.
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

/** Returns the problem of a session that ended because of a failure on the server. */
export function failed(failure: Failure): Problem {
  return failure.detail === null ? PROBLEMS.gone : { name: "failed", failure, remedies: [] };
}

/** Returns the problem that an error stands for. */
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
