/** The page's names for the types of the wire, and the parser of events. */

import type { components } from "./wire.generated";

type Schemas = components["schemas"];

export type Alternative = Schemas["Alternative"];
export type About = Schemas["About"];
export type Cue = Schemas["CueItem"];
export type CueState = Schemas["CueState"];
export type CuesEvent = Schemas["CuesEvent"];
export type Download = Schemas["Download"];
export type DownloadCounts = Schemas["DownloadCounts"];
export type DownloadPage = Schemas["DownloadList"];
export type EndEvent = Schemas["EndEvent"];
export type Face = Schemas["FaceBox"];
export type FaceReading = Schemas["Face"];
/** Why something failed. */
export type Failure = Schemas["Problem"];
export type Feedback = Schemas["FeedbackIn"];
export type FeedbackEvent = Schemas["FeedbackEvent"];
export type FeedbackRecord = Schemas["FeedbackOut"];
export type InputDevice = Schemas["Device"];
export type Level = Schemas["LevelReading"];
export type Library = Schemas["LibraryOut"];
export type MoodEvent = Schemas["MoodEvent"];
export type Note = Schemas["NoteOut"];
export type NoteEvent = Schemas["NoteEvent"];
export type OpenedSession = Schemas["Opened"];
export type Opinion = Schemas["Opinion"];
export type Overview = Schemas["OverviewOut"];
export type PlayingEvent = Schemas["PlayingEvent"];
export type SessionEvent = Schemas["AnyEvent"];
export type SessionInfo = Schemas["SessionInfo"];
export type SessionPage = Schemas["SessionList"];
export type SessionTimeline = Schemas["Timeline"];
export type StatusEvent = Schemas["StatusEvent"];
export type Taste = Schemas["TasteOut"];
export type Track = Schemas["TrackOut"];
export type TrackPage = Schemas["TrackList"];
export type TrackSource = Schemas["SourceOut"];
export type Unreadable = Schemas["UnreadableOut"];
export type VoiceReading = Schemas["Voice"];
export type Without = Schemas["Without"];
export type Why = Schemas["Why"];

export type SessionRequest =
  | Schemas["UrlOpening"]
  | Schemas["BrowserOpening"]
  | Schemas["DeviceOpening"]
  | Schemas["FileOpening"]
  | Schemas["WhipOpening"];

export type FailureCode = NonNullable<Failure["code"]>;
export type LicenceClass = Track["licence_class"];
export type Probabilities = MoodEvent["probs"];

/** Left, top, width and height as fractions of the analysed frame. */
export type Box = Face["box"];

/** The facts about a track that all messages share. */
export type TrackFacts = Omit<Cue, "track_id" | "audio" | "download" | "why">;

const EVENT_TYPES: Readonly<Record<SessionEvent["type"], true>> = {
  mood: true,
  cues: true,
  status: true,
  end: true,
  feedback: true,
  note: true,
  playing: true,
};

/** Parses a message of the event stream; null for unknown events. */
export function readEvent(text: string): SessionEvent | null {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null) return null;
  const { type, seq, t } = value as Partial<Record<string, unknown>>;
  if (typeof type !== "string" || !Object.hasOwn(EVENT_TYPES, type)) return null;
  return typeof seq === "number" && typeof t === "number" ? (value as SessionEvent) : null;
}
