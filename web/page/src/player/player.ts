/** The one audio element that plays cues and tracks. */

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

/** How one likes to listen. */
export interface PlaybackSettings {
  /** From 0 to 1. */
  readonly volume: number;
  readonly loop: boolean;
  /** Seconds for which it fades in and out; 0 for not at all. */
  readonly fade: number;
  /** Whether it makes room for those who speak. */
  readonly duck: boolean;
}

/** For whom a cue is previewed, and since which session second. */
interface Audience {
  readonly session: OpenedSession;
  readonly t: number;
}

export const FADES = [0, 2, 5] as const;

/** Bars of the wave form. */
export const BARS = 160;

const KEY = "moodcue-listening";

/** Seconds after which someone who was heard has come to an end: a mood comes every second. */
const SILENT_AFTER = 2;

/** Often enough for a fade without steps. */
const EVERY = 0.04;

/** What is in the player, playing or paused. */
export const loaded = signal<Playable | null>(null);
/** The tracks to step through: the cues that can be played. */
export const queue = signal<readonly Playable[]>([]);
export const playing = signal(false);
/** Whether it is quieter because someone speaks. */
export const ducked = signal(false);
/** Each from 0 to 1; null where there is no picture of the sound. */
export const peaks = signal<readonly number[] | null>(null);
export const playback = signal<PlaybackSettings>({ volume: 1, loop: false, fade: 2, duck: true });
export const problem = signal<Problem | null>(null);

let audio: HTMLAudioElement | null = null;
let audience: Audience | null = null;
let drawing = new AbortController();

export function attach(element: HTMLAudioElement | null): void {
  audio = element;
}

/**
 * Plays a track from its beginning, or pauses and resumes the one that is loaded. A session is given
 * where the track is one of its cues.
 */
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
    // Another track was chosen, or pause was pressed, before this one began.
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

/** Seconds that are played and that there are; 0 where that is not known. */
export function progress(): { readonly position: number; readonly length: number } {
  const { currentTime = 0, duration = 0 } = audio ?? {};
  return { position: currentTime, length: Number.isFinite(duration) ? duration : 0 };
}

export function seek(seconds: number): void {
  if (audio !== null) audio.currentTime = seconds;
}

/** Seeks by some seconds. */
export function seekBy(by: number): void {
  if (audio !== null && loaded.peek() !== null)
    audio.currentTime = Math.max(0, audio.currentTime + by);
}

export function updatePlayback(changes: Partial<PlaybackSettings>): void {
  playback.value = { ...playback.value, ...changes };
  remember(KEY, playback.value);
}

/** Tells the session how long its cue was listened to, once it is known: when one leaves it. */
export function reportPreview(): void {
  const heard = audio === null ? 0 : secondsOf(audio.played);
  if (audience !== null && loaded.value !== null && heard > 0) {
    const { session: to, t } = audience;
    const preview = { track_id: loaded.value.id, action: "previewed", t, seconds: heard } as const;
    // The music matters more than its entry in the log.
    void sendFeedback(to, preview).catch(() => undefined);
  }
  audience = null;
}

/** Stops and puts the player away. */
export function closePlayer(): void {
  reportPreview();
  drawing.abort();
  audio?.pause();
  audio?.removeAttribute("src");
  audio?.load();
  loaded.value = null;
}

/** How many seconds were played; what was played twice counts once. */
export function secondsOf(played: TimeRanges): number {
  let seconds = 0;
  for (let i = 0; i < played.length; i++) seconds += played.end(i) - played.start(i);
  return seconds;
}

/** Draws what is on this server; other servers are asked for nothing but the sound itself. */
async function draw({ audio: address, offline }: Playable): Promise<void> {
  drawing.abort();
  drawing = new AbortController();
  const { signal: left } = drawing;
  peaks.value = null;
  if (!offline) return;
  // A track plays without its picture just as well.
  const drawn = await waveform(address, BARS, left).catch(() => null);
  if (!left.aborted) peaks.value = drawn;
}

/** Sees to volume, fades and ducking, and tells the session what plays, as long as the page is open. */
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

/** What a session was told last that plays. */
let reported: { readonly session: OpenedSession; readonly id: string | null } | null = null;

function reportTrack(to: OpenedSession, id: string | null): void {
  reported = { session: to, id };
  // Who watches the overlay can do without.
  void reportPlaying(to, id).catch(() => undefined);
}

/** The page goes, and the sound with it. */
export function leavePlayer(): void {
  reportPreview();
  if (reported !== null && reported.id !== null && isRunning(state.peek().phase))
    reportTrack(reported.session, null);
}

function isPlaybackSettings(value: unknown): value is Partial<PlaybackSettings> {
  return typeof value === "object" && value !== null;
}
