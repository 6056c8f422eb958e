/** What can go wrong, and what can be done about it; the words are in the catalogues. */

import { words } from "./words";
import type { Words } from "./words/en";

export type Remedy = keyof Words["remedies"];

export interface Problem {
  readonly name: keyof Words["problems"];
  readonly remedies: readonly Remedy[];
  /** What the words of some problems have to mention. */
  readonly detail?: string;
  /** Seconds after which trying again is worth it. */
  readonly retryAfter?: number;
}

/** An expected failure that the page can explain. */
export class Trouble extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.name);
    this.problem = problem;
  }
}

export const PROBLEMS = {
  insecure: { name: "insecure", remedies: ["sample"] },
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

/** What happened, and what to do about it, in the reader's language. */
export function told({ name, detail = "" }: Problem): { what: string; advice: string } {
  const { what, advice } = words.value.problems[name];
  return { what, advice: typeof advice === "function" ? advice(detail) : advice };
}

export function full(retryAfter: number): Problem {
  return { name: "full", retryAfter, remedies: ["retry"] };
}

export function refused(status: number, detail: string): Problem {
  return detail === ""
    ? { name: "status", detail: String(status), remedies: ["retry"] }
    : { name: "refused", detail, remedies: ["retry"] };
}

/** The session ended because something failed on the server, which may have said what. */
export function failed(detail: string | null): Problem {
  return detail === null ? PROBLEMS.gone : { name: "failed", detail, remedies: [] };
}

/** The problem behind anything that was thrown while starting. */
export function explain(error: unknown): Problem {
  if (error instanceof Trouble) return error.problem;
  const detail = error instanceof Error ? error.message : String(error);
  return { name: "unexpected", detail, remedies: ["retry"] };
}
