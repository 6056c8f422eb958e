/** The waveform of a track, computed in the browser. */

/** A low sample rate saves memory and is enough for a drawing. */
const RATE = 8000;

/** Larger files get no waveform. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Number of bars to compute before yielding to the browser. */
const AT_ONCE = 8;

/** Fetches a track and returns the peaks of its waveform; null if the file is too large. */
export async function waveform(
  address: string,
  bars: number,
  signal: AbortSignal,
): Promise<readonly number[] | null> {
  const response = await fetch(address, { signal });
  if (!response.ok || Number(response.headers.get("Content-Length")) > MAX_BYTES) return null;
  const decoder = new OfflineAudioContext(1, 1, RATE);
  const sound = await decoder.decodeAudioData(await response.arrayBuffer());
  return peaksOf(sound.getChannelData(0), bars, () => rest(signal));
}

/** Returns the peak amplitude of each bar, normalised to 1. */
export async function peaksOf(
  samples: Float32Array,
  bars: number,
  pause: () => Promise<void>,
): Promise<readonly number[]> {
  const peaks: number[] = [];
  for (let bar = 0; bar < bars; bar++) {
    if (bar % AT_ONCE === AT_ONCE - 1) await pause();
    const from = Math.floor((bar * samples.length) / bars);
    const to = Math.floor(((bar + 1) * samples.length) / bars);
    let peak = 0;
    for (let i = from; i < to; i++) peak = Math.max(peak, Math.abs(samples[i] ?? 0));
    peaks.push(peak);
  }
  const loudest = Math.max(...peaks);
  return loudest > 0 ? peaks.map((peak) => peak / loudest) : peaks;
}

async function rest(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
  signal.throwIfAborted();
}
