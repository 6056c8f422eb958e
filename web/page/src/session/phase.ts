/** How far a session is. Pure. */

/**
 * idle: nothing was started yet; opening: the server and the devices are being asked; waiting: the
 * server waits for media; live: moods arrive; lost: none arrive at the moment, but they may again.
 */
export type Phase = "idle" | "opening" | "waiting" | "live" | "lost" | "ended";

/** Whether a session is open, so that Stop makes sense and Start does not. */
export function isRunning(phase: Phase): boolean {
  return phase !== "idle" && phase !== "ended";
}
