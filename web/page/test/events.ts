/** Events as the server sends them. */

import { EMOTIONS, type Emotion } from "../src/emotion/emotion";
import type {
  Cue,
  CueState,
  CuesEvent,
  Download,
  Failure,
  MoodEvent,
  PlayingEvent,
  Probabilities,
  Track,
} from "../src/server/wire";

export function signed(label: Emotion): Probabilities {
  const pairs = EMOTIONS.map((emotion) => [emotion, emotion === label ? 0.65 : 0.05]);
  return Object.fromEntries(pairs) as Probabilities;
}

export function mood(given: Partial<MoodEvent> = {}): MoodEvent {
  const label = given.label ?? "neutral";
  return {
    type: "mood",
    seq: 1,
    t: 0,
    label,
    confidence: 0.65,
    probs: signed(label),
    valence: 0,
    arousal: 0,
    voice: null,
    face: null,
    latency_ms: 100,
    dropped: 0,
    set: [label],
    conflict: false,
    opinions: null,
    without: null,
    ...given,
  };
}

export function cue(given: Partial<Cue> = {}): Cue {
  return {
    track_id: "a",
    title: "A Mission",
    artist: "Kevin MacLeod",
    licence: "CC BY 4.0",
    licence_class: "publishable",
    warning: null,
    credit: "“A Mission” by Kevin MacLeod, CC BY 4.0",
    duration: 44,
    bpm: 120,
    audio: "/api/tracks/a/audio",
    download: "/api/tracks/a/download?session=s",
    offline: false,
    search: null,
    why: {
      from: "voice",
      emotion: "happy",
      score: 0.83,
      probability: 0.5,
      because: null,
      learned: [],
      mood: null,
    },
    ...given,
  };
}

/** What plays from `t` on; nothing does where there is no title. */
export function playing(t: number, title: string | null): PlayingEvent {
  const { audio: _, download: __, why: ___, ...facts } = cue();
  return { type: "playing", seq: 1, t, track: title === null ? null : { ...facts, title } };
}

export function track(given: Partial<Track> = {}): Track {
  const { track_id: id, download: _, why: __, ...facts } = cue();
  return {
    ...facts,
    id,
    emotion: "happy",
    valence: 0.8,
    arousal: 0.5,
    corrected: false,
    missing: false,
    source: "incompetech",
    emotions: signed("happy"),
    feels: ["Driving"],
    instruments: ["Piano"],
    page: null,
    cover: null,
    ...given,
  };
}

export const SETTINGS: CueState = {
  mode: "match",
  target: null,
  mood: null,
  filters: {
    licences: ["publishable"],
    tempo: [null, null],
    length: [null, null],
    instrumental: false,
    sources: null,
  },
  repeat_after: 900,
};

export function cues(given: Partial<CuesEvent> = {}): CuesEvent {
  return { type: "cues", seq: 1, t: 1, items: [cue()], settings: SETTINGS, ...given };
}

export function download(given: Partial<Download> = {}): Download {
  return {
    id: 1,
    at: "2026-01-01T12:00:00Z",
    session: "s",
    t: 12,
    track_id: "a",
    title: "A Mission",
    artist: "Kevin MacLeod",
    source: "incompetech",
    source_id: "a",
    mood: "happy",
    voice: "happy",
    face: null,
    mode: "match",
    rank: 1,
    ...given,
  };
}

/** What is said where nothing has failed. */
export const WELL: Failure = { detail: null, code: null, facts: {} };
