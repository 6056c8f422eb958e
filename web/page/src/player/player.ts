/** The player of cues and tracks. */

import { effect, signal } from "@preact/signals";

import { sendFeedback, reportPlaying } from "../server/api";
import { duck, fadeGain } from "./envelope";
import { session, state } from "../session/store";
import { recall, remember } from "../browser/storage";
import { type Problem, PROBLEMS } from "../problem/problem";
import { isRunning } from "../session/phase";
import { waveform } from "./waveform";
import type { OpenedSession, TrackFacts } from "../server/wire";

export interface Playable extends Pick<
  TrackFacts,
  "title" | "artist" | "credit" | "duration" | "offline"
> {
  readonly id: string;
  readonly audio: string;
}

/** How the player plays. */
export interface PlaybackSettings {
  /** From 0 to 1. */
  readonly volume: number;
  readonly loop: boolean;
  /** Seconds of fade in and out; 0 for none. */
  readonly fade: number;
  /** Whether to lower the volume during speech. */
  readonly duck: boolean;
}

/** The session whose cue is previewed, and the session time when it started. */
interface Audience {
  readonly session: OpenedSession;
  readonly t: number;
}

export const FADES = [0, 2, 5] as const;

/** Number of bars in the waveform. */
export const BARS = 160;

const KEY = "moodcue-listening";

/** Seconds without speech after which ducking ends; moods arrive every second. */
const SILENT_AFTER = 2;

/** Seconds between volume updates. */
const EVERY = 0.04;

/** The track in the player, playing or paused. */
export const loaded = signal<Playable | null>(null);
/** The tracks to step through: the cues that can be played. */
export const queue = signal<readonly Playable[]>([]);
export const playing = signal(false);
/** Whether the volume is lowered because someone speaks. */
export const ducked = signal(false);
/** Peaks of the waveform, from 0 to 1; null if there is none. */
export const peaks = signal<readonly number[] | null>(null);
export const playback = signal<PlaybackSettings>({ volume: 1, loop: false, fade: 2, duck: true });
export const problem = signal<Problem | null>(null);

let audio: HTMLAudioElement | null = null;
let audience: Audience | null = null;
let drawing = new AbortController();

export function attach(element: HTMLAudioElement | null): void {
  audio = element;
}

/** Plays a track, or pauses or resumes it if it is loaded. `of` is the session whose cue it is. */
export async function toggle(track: Playable, of: OpenedSession | null = null): Promise<void> {
  if (audio === null) return;
  const other = loaded.value?.id !== track.id;
  if (!other && !audio.paused) return audio.pause();
  if (other || audio.error !== null) {
    reportPreview();
    loaded.value = track;
    audience = of === null ? null : { session: of, t: state.value.t };
    audio.src = track.audio;
    void draw(track);
  }
  try {
    await audio.play();
  } catch (error) {
    // Another track or pause was chosen before this one started.
    if (error instanceof DOMException && error.name === "AbortError") return;
    problem.value = track.offline ? PROBLEMS.unplayable : PROBLEMS.offline;
    return;
  }
  problem.value = null;
}

/** Plays the next track of the queue, or the previous one; wraps around at both ends. */
export function step(by: 1 | -1): void {
  const tracks = queue.peek();
  const here = tracks.findIndex(({ id }) => id === loaded.peek()?.id);
  const next = tracks.at(here === -1 ? (by === 1 ? 0 : -1) : (here + by) % tracks.length);
  if (next === undefined || next.id === loaded.peek()?.id) return;
  void toggle(next, session.peek());
}

/** Returns position and length in seconds; 0 if unknown. */
export function progress(): { readonly position: number; readonly length: number } {
  const { currentTime = 0, duration = 0 } = audio ?? {};
  return { position: currentTime, length: Number.isFinite(duration) ? duration : 0 };
}

export function seek(seconds: number): void {
  if (audio !== null) audio.currentTime = seconds;
}

/** Seeks relative to the current position, in seconds. */
export function seekBy(by: number): void {
  if (audio !== null && loaded.peek() !== null)
    audio.currentTime = Math.max(0, audio.currentTime + by);
}

export function updatePlayback(changes: Partial<PlaybackSettings>): void {
  playback.value = { ...playback.value, ...changes };
  remember(KEY, playback.value);
}

/** Reports how long a cue was listened to, when the user leaves it. */
export function reportPreview(): void {
  const heard = audio === null ? 0 : secondsOf(audio.played);
  if (audience !== null && loaded.value !== null && heard > 0) {
    const { session: to, t } = audience;
    const preview = { track_id: loaded.value.id, action: "previewed", t, seconds: heard } as const;
    // Best effort: playing must not fail because of the log.
    void sendFeedback(to, preview).catch(() => undefined);
  }
  audience = null;
}

/** Stops and hides the player. */
export function closePlayer(): void {
  reportPreview();
  drawing.abort();
  audio?.pause();
  audio?.removeAttribute("src");
  audio?.load();
  loaded.value = null;
}

/** Returns the seconds that were played, counting repeated parts once. */
export function secondsOf(played: TimeRanges): number {
  let seconds = 0;
  for (let i = 0; i < played.length; i++) seconds += played.end(i) - played.start(i);
  return seconds;
}

/** Draws the waveform of local tracks; remote servers are only asked for the audio itself. */
async function draw({ audio: address, offline }: Playable): Promise<void> {
  drawing.abort();
  drawing = new AbortController();
  const { signal: left } = drawing;
  peaks.value = null;
  if (!offline) return;
  // Best effort: a track also plays without its waveform.
  const drawn = await waveform(address, BARS, left).catch(() => null);
  if (!left.aborted) peaks.value = drawn;
}

/** Controls the volume, and reports to the session what plays. */
export function watchPlayer(): void {
  playback.value = { ...playback.value, ...recall(KEY, isPlaybackSettings) };
  let heardAt = -Infinity;
  let level = 1;
  effect(() => {
    if (state.value.phase === "live" && state.value.mood?.voice?.speech === true) {
      heardAt = performance.now();
    }
  });
  effect(() => {
    if (!playing.value) return undefined;
    const adjust = (): void => {
      if (audio === null) return;
      const { volume, fade, duck: yields } = playback.peek();
      const speech = performance.now() - heardAt < SILENT_AFTER * 1000;
      ducked.value = yields && speech;
      level = duck(level, ducked.value, EVERY);
      audio.volume = volume * level * fadeGain(audio.currentTime, audio.duration || 0, fade);
    };
    adjust();
    const timer = window.setInterval(adjust, EVERY * 1000);
    return () => {
      window.clearInterval(timer);
      ducked.value = false;
    };
  });
  effect(() => {
    const [to, now] = [session.value, playing.value ? (loaded.value?.id ?? null) : null];
    const before = reported?.session === to ? reported?.id : null;
    if (to !== null && now !== before && isRunning(state.peek().phase)) reportTrack(to, now);
  });
}

/** The last report of what plays. */
let reported: { readonly session: OpenedSession; readonly id: string | null } | null = null;

function reportTrack(to: OpenedSession, id: string | null): void {
  reported = { session: to, id };
  // Best effort: only the overlay and the log depend on it.
  void reportPlaying(to, id).catch(() => undefined);
}

/** Reports that nothing plays any more when the page is closed. */
export function leavePlayer(): void {
  reportPreview();
  if (reported !== null && reported.id !== null && isRunning(state.peek().phase))
    reportTrack(reported.session, null);
}

function isPlaybackSettings(value: unknown): value is Partial<PlaybackSettings> {
  return typeof value === "object" && value !== null;
}
