/** What an overlay shows, and how each event changes it. Pure. */

import { type Emotion, isSure } from "../emotion/emotion";
import type { PlayingEvent, SessionEvent } from "../server/wire";

export interface Scene {
  /** null where there is none, or none to be sure of. */
  readonly mood: Emotion | null;
  readonly track: PlayingEvent["track"];
  /** Number of the latest event; a new connection asks for those after it. */
  readonly seq: number;
  readonly ended: boolean;
}

export const BLANK: Scene = { mood: null, track: null, seq: 0, ended: false };

export function after(scene: Scene, event: SessionEvent): Scene {
  // Events that only the session's owner gets are missing here.
  if (event.seq <= scene.seq) return scene;
  const next = { ...scene, seq: event.seq };
  switch (event.type) {
    case "mood":
      return { ...next, mood: isSure(event) ? event.label : null };
    case "status":
      return event.state === "lost" ? { ...next, mood: null } : next;
    case "playing":
      return { ...next, track: event.track };
    case "end":
      return { ...next, mood: null, track: null, ended: true };
    default:
      return next;
  }
}
