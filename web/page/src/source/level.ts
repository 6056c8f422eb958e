/** Level meter of a stream, equal to the server's for audio inputs (`stream/level.py`). */

import type { Level } from "../server/wire";

/** Level shown for silence, in dBFS. */
export const FLOOR = -90;

/** Fall rate in dB per second (IEC 60268-18). */
const FALL = 20 / 1.7;

/** Hold time of peak and clipping, in seconds. */
const HOLD = 3;

/** Magnitude that counts as clipping. */
const FULL_SCALE = 0.999;

/** Seconds between two readings; the analyser keeps more samples than arrive in this time. */
const EVERY = 0.1;

const KEPT_SAMPLES = 8192;

export const SILENT: Level = { peak: FLOOR, held: FLOOR, clipped: false };

/** Peak meter with fall and hold. */
export class LevelMeter {
  private level: Level = SILENT;
  private t = 0;
  private heldAt = -HOLD;
  private clippedAt = -HOLD;

  /** Updates the meter at `t` seconds with the peak since the last update; full scale is 1. */
  update(t: number, magnitude: number): Level {
    const now = Math.max(FLOOR, 20 * Math.log10(Math.max(magnitude, 1e-9)));
    const peak = Math.max(now, this.level.peak - FALL * (t - this.t), FLOOR);
    let { held } = this.level;
    if (now >= held || t - this.heldAt >= HOLD) {
      held = now;
      this.heldAt = t;
    }
    if (magnitude >= FULL_SCALE) this.clippedAt = t;
    this.t = t;
    this.level = { peak, held, clipped: t - this.clippedAt < HOLD };
    return this.level;
  }
}

/** Measures a stream ten times a second until the returned function is called. */
export function measure(stream: MediaStream, report: (level: Level) => void): () => void {
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: KEPT_SAMPLES });
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(KEPT_SAMPLES);
  const meter = new LevelMeter();
  const timer = window.setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const fresh = samples.subarray(-Math.ceil(EVERY * context.sampleRate));
    const magnitude = fresh.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    report(meter.update(context.currentTime, magnitude));
  }, EVERY * 1000);
  return () => {
    window.clearInterval(timer);
    void context.close();
  };
}
