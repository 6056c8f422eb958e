/** What the server and the page say to each other: the page's names for it, and its reader. */

import type * as wire from "./wire.generated";

/** Nobody changes what was said. */
type Said<T> = { readonly [Key in keyof T]: Said<T[Key]> };

export type About = Said<wire.About>;
export type Cue = Said<wire.CueItem>;
export type Code = wire.Code;
export type CueChanges = Said<wire.CueStateInput>;
export type CueState = Said<wire.CueStateOutput>;
export type CuesEvent = Said<wire.CuesEvent>;
export type Download = Said<wire.Download>;
export type DownloadCounts = Said<wire.DownloadCounts>;
export type DownloadPage = Said<wire.DownloadList>;
export type EndEvent = Said<wire.EndEvent>;
export type Face = Said<wire.FaceBox>;
/** Why something did not go as asked, as the server says it. */
export type Failure = Said<wire.Problem>;
export type FaceReading = Said<wire.Face>;
export type Feedback = Said<wire.FeedbackIn>;
export type FeedbackEvent = Said<wire.FeedbackEvent>;
export type Given = Said<wire.FeedbackOut>;
export type InputDevice = Said<wire.Device>;
export type LicenceClass = wire.LicenceClass;
export type Level = Said<wire.LevelReading>;
export type Library = Said<wire.LibraryOut>;
export type MoodEvent = Said<wire.MoodEvent>;
export type Note = Said<wire.NoteOut>;
export type NoteEvent = Said<wire.NoteEvent>;
export type Opinion = Said<wire.Opinion>;
export type OpenedSession = Said<wire.Opened>;
export type Overview = Said<wire.OverviewOut>;
export type PlayingEvent = Said<wire.PlayingEvent>;
export type SessionInfo = Said<wire.SessionInfo>;
export type SessionPage = Said<wire.SessionList>;
export type SessionTimeline = Said<wire.Timeline>;
export type StatusEvent = Said<wire.StatusEvent>;
export type Taste = Said<wire.TasteOut>;
export type Track = Said<wire.TrackOut>;
export type TrackPage = Said<wire.TrackList>;
export type TrackSource = Said<wire.SourceOut>;
export type Unreadable = Said<wire.UnreadableOut>;
export type VoiceReading = Said<wire.Voice>;
export type Why = Said<wire.Why>;

export type SessionEvent = Said<wire.AnyEvent>;

export type SessionRequest = Said<
  | wire.AddressOpening
  | wire.BrowserOpening
  | wire.DeviceOpening
  | wire.FileOpening
  | wire.WhipOpening
>;

export type Probabilities = MoodEvent["probs"];

/** Left, top, width and height as fractions of the analysed frame. */
export type Box = Face["box"];

/** What is said of a track wherever it is named. */
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

/** Reads one message of the event stream; null where it is no event this page knows. */
export function readEvent(text: string): SessionEvent | null {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null) return null;
  const { type, seq, t } = value as Partial<Record<string, unknown>>;
  if (typeof type !== "string" || !Object.hasOwn(EVENT_TYPES, type)) return null;
  return typeof seq === "number" && typeof t === "number" ? (value as SessionEvent) : null;
}
