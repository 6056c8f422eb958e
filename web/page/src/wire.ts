/** What the server and the page say to each other; mirrors web/wire.py and web/routes. */

import type { Emotion } from "./emotion";
import type { LicenceClass } from "./licence";

export type Probabilities = Readonly<Record<Emotion, number>>;

/** Left, top, width and height as fractions of the analysed frame. */
export type Box = readonly [number, number, number, number];

export interface Face {
  readonly id: number;
  readonly box: Box;
  readonly label: Emotion;
  readonly speaking: boolean;
}

export interface VoiceReading {
  readonly probs: Probabilities;
  readonly reliability: number;
  readonly speech: boolean;
  /** What makes it worth little, where it is. */
  readonly doubt: "no_speech" | "little_speech" | "quiet" | "clipped" | null;
}

export interface FaceReading {
  readonly probs: Probabilities;
  readonly reliability: number;
  readonly faces: readonly Face[];
  /** What makes it worth little, where it is. */
  readonly doubt: "no_face" | "small" | "blurred" | "dark" | "turned" | null;
  /** Width by height of the analysed frame; null before the first. */
  readonly aspect: number | null;
}

interface Sequenced {
  /** Counts up by 1 from 1 within a session. */
  readonly seq: number;
  /** Seconds since the session began. */
  readonly t: number;
}

export interface MoodEvent extends Sequenced {
  readonly type: "mood";
  readonly label: Emotion;
  readonly confidence: number;
  readonly probs: Probabilities;
  readonly valence: number;
  readonly arousal: number;
  readonly voice: VoiceReading | null;
  readonly face: FaceReading | null;
  readonly latency_ms: number;
  readonly dropped: number;
}

export interface Why {
  readonly from: "voice" | "face" | "mood";
  readonly emotion: Emotion;
  /** How well the track fits, from 0 to 1. */
  readonly score: number;
}

/** What is said of a track wherever it is named. */
export interface TrackFacts {
  readonly title: string;
  readonly artist: string;
  readonly licence: string;
  readonly licence_class: LicenceClass;
  /** What to know before it is published. */
  readonly warning: string | null;
  readonly credit: string;
  /** Seconds. */
  readonly duration: number | null;
  readonly bpm: number | null;
  /** Whether it plays without a network; the others stream from where their catalogue says. */
  readonly offline: boolean;
  /** Leads to a search for it; null where its address is known. */
  readonly search: string | null;
}

export interface Cue extends TrackFacts {
  readonly track_id: string;
  /** null where its address is not known. */
  readonly audio: string | null;
  readonly download: string;
  readonly why: Why;
}

/** A track of the catalogue. */
export interface Track extends TrackFacts {
  readonly id: string;
  readonly emotion: Emotion;
  readonly valence: number;
  readonly arousal: number;
  /** Whether a person set its mood. */
  readonly corrected: boolean;
  /** Whether its file is no longer where it was. */
  readonly missing: boolean;
  readonly source: string;
  readonly audio: string | null;
}

/** A part of the catalogue, and how many tracks there are in all. */
export interface TrackPage {
  readonly items: readonly Track[];
  readonly total: number;
}

/** A catalogue that tracks come from, and how many do. */
export interface TrackSource {
  readonly source: string;
  readonly tracks: number;
}

export interface CuesEvent extends Sequenced {
  readonly type: "cues";
  readonly items: readonly Cue[];
}

export interface StatusEvent extends Sequenced {
  readonly type: "status";
  readonly state: "live" | "lost";
  /** Why nothing arrives. */
  readonly detail: string | null;
}

export interface EndEvent extends Sequenced {
  readonly type: "end";
  readonly reason: "stopped" | "lost" | "finished" | "failed";
  readonly detail: string | null;
}

export interface FeedbackEvent extends Sequenced {
  readonly type: "feedback";
  readonly action: string;
  readonly track_id: string;
}

export interface NoteEvent extends Sequenced {
  readonly type: "note";
  readonly id: number;
  /** null once it is deleted. */
  readonly text: string | null;
}

export interface PlayingEvent extends Sequenced {
  readonly type: "playing";
  /** null when nothing plays. */
  readonly track: (TrackFacts & { readonly track_id: string }) | null;
}

export type SessionEvent =
  | MoodEvent
  | CuesEvent
  | StatusEvent
  | EndEvent
  | FeedbackEvent
  | NoteEvent
  | PlayingEvent;

export type SessionRequest = { readonly consent: true; readonly title?: string } & (
  | { readonly source: "browser" | "whip" }
  | { readonly source: "file"; readonly sample: true }
  | { readonly source: "url"; readonly url: string }
  | {
      readonly source: "device";
      readonly device: string | null;
      readonly channels: readonly number[];
      readonly camera: number | null;
    }
);

/** A session as the server knows it, also when it has ended. */
export interface SessionInfo {
  readonly id: string;
  readonly title: string;
  readonly source: "browser" | "device" | "file" | "url" | "whip";
  readonly state: "waiting" | "live" | "lost" | "ended";
  /** ISO 8601, UTC. */
  readonly started_at: string;
  /** Seconds that it has run. */
  readonly t: number;
  /** Seconds its source lasts, where that is known. */
  readonly duration: number | null;
  /** Seconds that each mood lasted in all. */
  readonly moods: Readonly<Partial<Record<Emotion, number>>>;
}

/** Sessions, newest first. */
export interface SessionPage {
  readonly items: readonly SessionInfo[];
  /** Where the next page begins; null where there is none. */
  readonly next: string | null;
}

/** A mark that a person made. */
export interface Note {
  readonly id: number;
  readonly t: number;
  readonly text: string;
}

/** What was done with a track in a session. */
export interface Given {
  readonly id: number;
  readonly t: number;
  readonly action: string;
  readonly track_id: string;
  readonly title: string;
  readonly artist: string;
  readonly mood: Emotion | null;
}

/** All of a session, each in the order of time. */
export interface SessionTimeline {
  readonly moods: readonly MoodEvent[];
  readonly cues: readonly CuesEvent[];
  readonly playing: readonly PlayingEvent[];
  readonly feedback: readonly Given[];
  readonly notes: readonly Note[];
}

/** A sound input of the server's machine. */
export interface InputDevice {
  readonly number: number;
  readonly name: string;
  readonly channels: number;
  readonly rate: number;
  readonly default: boolean;
}

/** What a level meter shows, in dB relative to full scale. */
export interface Level {
  readonly peak: number;
  readonly held: number;
  readonly clipped: boolean;
}

export interface OpenedSession {
  readonly id: string;
  readonly token: string;
  readonly ice_servers: readonly RTCIceServer[];
  /** Paths relative to the origin. */
  readonly links: {
    readonly self: string;
    readonly offer: string;
    readonly whip: string;
    readonly events: string;
    readonly timeline: string;
    readonly feedback: string;
    readonly notes: string;
    readonly playing: string;
    readonly export: string;
    /** For whoever may only watch. */
    readonly overlay: string;
    readonly stop: string;
  };
}

/** What a person did with a track; downloads are logged by downloading. */
export interface Feedback {
  readonly track_id: string;
  readonly action: "previewed" | "liked" | "skipped";
  /** Session second at which it was done, or began. */
  readonly t: number;
  /** How long it was heard. */
  readonly seconds?: number;
}

export interface Download {
  readonly id: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly session: string;
  /** Seconds since that session began. */
  readonly t: number;
  readonly track_id: string;
  readonly title: string;
  readonly artist: string;
  readonly source: string;
  /** What the source calls it: the identifier of the video where it is on YouTube. */
  readonly source_id: string;
  readonly mood: Emotion | null;
  readonly voice: Emotion | null;
  readonly face: Emotion | null;
  /** How the list of cues answered the mood. */
  readonly mode: string | null;
  /** Place in that list, from 1. */
  readonly rank: number | null;
}

/** A part of the log, newest first. */
export interface DownloadPage {
  readonly items: readonly Download[];
  /** Where the next page begins; null where there is none. */
  readonly next: number | null;
}

type Counted = Readonly<Partial<Record<Emotion | "none", number>>>;

export interface DownloadCounts {
  readonly total: number;
  readonly moods: Counted;
  readonly bucket_seconds: number;
  /** Those in which there were any, in the order of time. */
  readonly buckets: readonly { readonly at: string; readonly moods: Counted }[];
}

const EVENT_TYPES: ReadonlySet<unknown> = new Set([
  "mood",
  "cues",
  "status",
  "end",
  "feedback",
  "note",
  "playing",
]);

/** Reads one message of the event stream; null where it is no event this page knows. */
export function readEvent(text: string): SessionEvent | null {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null) return null;
  const { type, seq, t } = value as Partial<Record<string, unknown>>;
  if (!EVENT_TYPES.has(type) || typeof seq !== "number" || typeof t !== "number") return null;
  return value as SessionEvent;
}
