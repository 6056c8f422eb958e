/** What can go wrong, in words: what happened, and what to do. */

export type Remedy = "retry" | "voice-only" | "face-only" | "sample" | "sign-in";

export interface Problem {
  readonly what: string;
  readonly advice: string;
  readonly remedies: readonly Remedy[];
}

/** An expected failure that the page can explain. */
export class Trouble extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.what);
    this.problem = problem;
  }
}

export const PROBLEMS = {
  insecure: {
    what: "This page may not use a camera or microphone here.",
    advice:
      "Browsers allow them only on https:// or on this machine itself. Open the page as http://localhost, or put the server behind HTTPS.",
    remedies: ["sample"],
  },
  denied: {
    what: "The browser did not allow the camera or the microphone.",
    advice:
      "Click the camera sign beside the address, allow them and try again. One of the two is enough.",
    remedies: ["retry", "voice-only", "face-only"],
  },
  deniedCamera: {
    what: "The browser did not allow the camera.",
    advice:
      "Click the camera sign beside the address, allow it and try again, or go on with your voice alone.",
    remedies: ["retry", "voice-only"],
  },
  deniedMicrophone: {
    what: "The browser did not allow the microphone.",
    advice:
      "Click the camera sign beside the address, allow it and try again, or go on with your face alone.",
    remedies: ["retry", "face-only"],
  },
  noCamera: {
    what: "No camera was found.",
    advice: "Connect one and try again, or go on with your voice alone.",
    remedies: ["voice-only", "retry"],
  },
  noMicrophone: {
    what: "No microphone was found.",
    advice: "Connect one and try again, or go on with your face alone.",
    remedies: ["face-only", "retry"],
  },
  noDevices: {
    what: "Neither a camera nor a microphone was found.",
    advice: "Connect at least one and try again, or see it work on our own short clip.",
    remedies: ["retry", "sample"],
  },
  nothingChosen: {
    what: "Both the camera and the microphone are switched off.",
    advice: "Choose at least one of them, or see it work on our own short clip.",
    remedies: ["sample"],
  },
  busy: {
    what: "The camera or the microphone is in use.",
    advice: "Close other programs that use it (a call, a recorder) and try again.",
    remedies: ["retry", "voice-only", "face-only"],
  },
  unplugged: {
    what: "The camera or the microphone stopped.",
    advice: "Check that it is connected, then try again. What was measured so far is kept.",
    remedies: ["retry", "voice-only", "face-only"],
  },
  unreachable: {
    what: "The Moodcue server does not answer.",
    advice: "Check that “moodcue serve” is running and try again.",
    remedies: ["retry"],
  },
  noMedia: {
    what: "Camera and microphone could not be connected to the server.",
    advice:
      "The page reached the server, but sound and picture did not. A firewall or VPN between this browser and the server may block UDP.",
    remedies: ["retry"],
  },
  away: {
    what: "The Moodcue server does not answer.",
    advice:
      "This page keeps trying and goes on by itself. Check that “moodcue serve” is still running.",
    remedies: [],
  },
  gone: {
    what: "The server ended this session.",
    advice:
      "No sound or picture came for too long, or the server was restarted. What was measured stays here until you start again.",
    remedies: [],
  },
  token: {
    what: "This server asks for a token.",
    advice: "Enter the one that was set when the server was started.",
    remedies: ["sign-in"],
  },
  wrongToken: {
    what: "The server did not accept the token.",
    advice: "Enter the one that was set when the server was started.",
    remedies: ["sign-in"],
  },
  offline: {
    what: "This track could not be played.",
    advice:
      "It streams from the web, and the server it is on did not answer. Check the network, or pick a track marked “offline”.",
    remedies: [],
  },
  unplayable: {
    what: "This track could not be played.",
    advice: "The server did not send its sound. Pick another one.",
    remedies: [],
  },
} as const satisfies Record<string, Problem>;

export function full(retryAfter: number | null): Problem {
  const when = retryAfter === null ? "in a moment" : `in ${retryAfter} seconds`;
  return {
    what: "The server is full.",
    advice: `Every place is taken. Try again ${when}.`,
    remedies: ["retry"],
  };
}

export function refused(status: number, detail: string): Problem {
  return {
    what: "The server refused.",
    advice: detail === "" ? `It answered with status ${status}.` : detail,
    remedies: ["retry"],
  };
}

/** The problem behind anything that was thrown while starting. */
export function explain(error: unknown): Problem {
  if (error instanceof Trouble) return error.problem;
  const detail = error instanceof Error ? error.message : String(error);
  return {
    what: "Something unexpected happened.",
    advice: `${detail}. Try again; if it stays, please report it.`,
    remedies: ["retry"],
  };
}
