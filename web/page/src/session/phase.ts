/** The phases of a session. Pure. */

/**
 * idle: not started; opening: devices and session are being opened; waiting: no media yet; live:
 * moods arrive; lost: the connection or the source is lost and may come back; ended.
 */
export type Phase = "idle" | "opening" | "waiting" | "live" | "lost" | "ended";

/** Whether a session is open. */
export function isRunning(phase: Phase): boolean {
  return phase !== "idle" && phase !== "ended";
}
