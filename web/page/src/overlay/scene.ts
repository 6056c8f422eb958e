/** The state of an overlay, and how events change it. Pure. */

import { type Emotion, isSure } from "../emotion/emotion";
import type { PlayingEvent, SessionEvent } from "../server/wire";

export interface Scene {
  /** null if there is none, or it is not clear. */
  readonly mood: Emotion | null;
  readonly track: PlayingEvent["track"];
  /** Number of the latest event; a reconnect requests those after it. */
  readonly seq: number;
  readonly ended: boolean;
}

export const BLANK: Scene = { mood: null, track: null, seq: 0, ended: false };

export function after(scene: Scene, event: SessionEvent): Scene {
  // `seq` has gaps: some events are sent to the session's owner only.
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
