/** What the server and the page say to each other. Made from the server's models by web/schema.py. */

export type AnyEvent =
  MoodEvent | CuesEvent | FeedbackEvent | PlayingEvent | NoteEvent | StatusEvent | EndEvent;
export type Emotion =
  "neutral" | "calm" | "happy" | "sad" | "angry" | "fearful" | "disgust" | "surprised";
export type LicenceClass = "publishable" | "share_alike" | "listening" | "unknown";
export type Code =
  | "folder_locked"
  | "folder_missing"
  | "library_not_installed"
  | "too_many_files"
  | "internal_error"
  | "scan_running"
  | "server_full"
  | "storage_failed"
  | "address_not_opened"
  | "address_without_media"
  | "codecs_unknown"
  | "connection_failed"
  | "decoder_failed"
  | "decoder_stalled"
  | "file_cut_off"
  | "file_unreadable"
  | "file_without_media"
  | "invalid_address"
  | "no_network_address"
  | "no_such_channel"
  | "no_sound_input"
  | "nothing_decoded"
  | "nothing_on_page"
  | "page_not_read"
  | "pages_not_supported"
  | "portaudio_missing"
  | "private_address"
  | "recording_too_long"
  | "rtsp_not_allowed"
  | "sound_input_ambiguous"
  | "sound_input_busy"
  | "sound_input_missing"
  | "sound_input_silent"
  | "sound_input_stopped"
  | "sound_system_failed"
  | "stream_interrupted"
  | "unknown_host";

export interface Messages {
  About: About;
  AnyEvent: AnyEvent;
  BrowserOpening: BrowserOpening;
  Bucket: Bucket;
  Code: Code;
  "CueFilters-Input": CueFiltersInput;
  "CueFilters-Output": CueFiltersOutput;
  CueItem: CueItem;
  "CueState-Input": CueStateInput;
  "CueState-Output": CueStateOutput;
  CuesEvent: CuesEvent;
  Description: Description;
  Device: Device;
  DeviceList: DeviceList;
  DeviceOpening: DeviceOpening;
  Download: Download;
  DownloadCounts: DownloadCounts;
  DownloadList: DownloadList;
  Emotion: Emotion;
  EndEvent: EndEvent;
  Face: Face;
  FaceBox: FaceBox;
  FeedbackEvent: FeedbackEvent;
  FeedbackIn: FeedbackIn;
  FeedbackOut: FeedbackOut;
  FileOpening: FileOpening;
  FolderIn: FolderIn;
  FolderOut: FolderOut;
  IceServer: IceServer;
  LevelReading: LevelReading;
  LibraryOut: LibraryOut;
  LicenceClass: LicenceClass;
  Links: Links;
  ListAt: ListAt;
  Logged: Logged;
  MoodEvent: MoodEvent;
  MoodIn: MoodIn;
  NoteEvent: NoteEvent;
  NoteIn: NoteIn;
  NoteOut: NoteOut;
  Opened: Opened;
  Opinion: Opinion;
  OverviewOut: OverviewOut;
  PlayedTrack: PlayedTrack;
  PlayingEvent: PlayingEvent;
  PlayingIn: PlayingIn;
  Point: Point;
  Problem: Problem;
  ProgressOut: ProgressOut;
  Renaming: Renaming;
  ScanOut: ScanOut;
  SessionInfo: SessionInfo;
  SessionList: SessionList;
  SourceList: SourceList;
  SourceOut: SourceOut;
  StatusEvent: StatusEvent;
  TasteOut: TasteOut;
  Timeline: Timeline;
  TrackList: TrackList;
  TrackOut: TrackOut;
  UnreadableList: UnreadableList;
  UnreadableOut: UnreadableOut;
  UrlOpening: UrlOpening;
  Voice: Voice;
  WhipOpening: WhipOpening;
  Why: Why;
  WordOut: WordOut;
}
/**
 * What whoever opens the page should know of the server.
 *
 * Attributes
 * ----------
 * retention : float or None
 *     Days after which a session is deleted; None where it is kept until someone deletes it.
 * protected : bool
 *     Whether it asks for a token.
 */
export interface About {
  version: string;
  retention: number | null;
  protected: boolean;
}
/**
 * The mood at ``t``.
 */
export interface MoodEvent {
  seq: number;
  t: number;
  type: "mood";
  label: Emotion;
  confidence: number;
  probs: {
    neutral: number;
    calm: number;
    happy: number;
    sad: number;
    angry: number;
    fearful: number;
    disgust: number;
    surprised: number;
  };
  valence: number;
  arousal: number;
  voice: Voice | null;
  face: Face | null;
  latency_ms: number;
  dropped: number;
}
/**
 * What the voice says, and what makes that worth little where it is.
 */
export interface Voice {
  probs: {
    neutral: number;
    calm: number;
    happy: number;
    sad: number;
    angry: number;
    fearful: number;
    disgust: number;
    surprised: number;
  };
  reliability: number;
  speech: boolean;
  doubt: ("no_speech" | "little_speech" | "quiet" | "clipped") | null;
}
/**
 * What the main face says, what makes that worth little where it is, and every face in view.
 *
 * ``aspect`` is width by height of the frame.
 */
export interface Face {
  probs: {
    neutral: number;
    calm: number;
    happy: number;
    sad: number;
    angry: number;
    fearful: number;
    disgust: number;
    surprised: number;
  };
  reliability: number;
  faces: FaceBox[];
  doubt: ("no_face" | "small" | "blurred" | "dark" | "turned") | null;
  aspect: number | null;
}
/**
 * One face; the box is left, top, width, height as fractions of the frame.
 */
export interface FaceBox {
  id: number;
  /**
   * @minItems 4
   * @maxItems 4
   */
  box: [number, number, number, number];
  label: Emotion;
  speaking: boolean;
}
/**
 * A new list of cues; it replaces the one before.
 */
export interface CuesEvent {
  seq: number;
  t: number;
  type: "cues";
  items: CueItem[];
  settings: CueStateOutput;
}
/**
 * A track suggested now, and where to get it; ``audio`` is null where that is not known.
 */
export interface CueItem {
  title: string;
  artist: string;
  licence: string;
  licence_class: LicenceClass;
  warning: string | null;
  credit: string;
  duration: number | null;
  bpm: number | null;
  offline: boolean;
  search: string | null;
  track_id: string;
  audio: string | null;
  download: string;
  why: Why;
}
/**
 * Who asked for a cue, how well it fits, and what was learned that speaks for it.
 */
export interface Why {
  from: "voice" | "face" | "mood";
  emotion: Emotion;
  score: number;
  probability: number;
  because: string | null;
  /**
   * The words of what was learned.
   */
  learned: string[];
  /**
   * The mood it was learned in.
   */
  mood: Emotion | null;
}
/**
 * What the user of a session asks of its cues; see :class:`recommender.CueSettings`.
 */
export interface CueStateOutput {
  mode: "match" | "contrast" | "lift" | "split";
  /**
   * Mode 'lift': where to lead.
   */
  target: Emotion | null;
  /**
   * To go by instead of what is sensed.
   */
  mood: Emotion | null;
  filters: CueFiltersOutput;
  repeat_after: number;
}
/**
 * Which tracks may be cued; see :class:`recommender.ranking.filters.Filters`.
 */
export interface CueFiltersOutput {
  licences: LicenceClass[];
  /**
   * @minItems 2
   * @maxItems 2
   */
  tempo: [number | null, number | null];
  /**
   * @minItems 2
   * @maxItems 2
   */
  length: [number | null, number | null];
  instrumental: boolean;
  sources: string[] | null;
}
/**
 * Someone did something with a track.
 */
export interface FeedbackEvent {
  seq: number;
  t: number;
  type: "feedback";
  action: "shown" | "previewed" | "downloaded" | "liked" | "skipped";
  track_id: string;
}
/**
 * What plays from now on; ``track`` is null where nothing does.
 */
export interface PlayingEvent {
  seq: number;
  t: number;
  type: "playing";
  track: PlayedTrack | null;
}
/**
 * A track that plays.
 */
export interface PlayedTrack {
  title: string;
  artist: string;
  licence: string;
  licence_class: LicenceClass;
  warning: string | null;
  credit: string;
  duration: number | null;
  bpm: number | null;
  offline: boolean;
  search: string | null;
  track_id: string;
}
/**
 * Someone marked the moment ``t``.
 *
 * Attributes
 * ----------
 * id : int
 *     The note: the number of the event that brought it.
 * text : str or None
 *     What they wrote; null where they took the note back.
 */
export interface NoteEvent {
  seq: number;
  t: number;
  type: "note";
  id: number;
  text: string | null;
}
/**
 * How the source is doing, and why nothing comes from it.
 */
export interface StatusEvent {
  /**
   * In English.
   */
  detail: string | null;
  /**
   * The same for programs, where it has one.
   */
  code: Code | null;
  /**
   * What `detail` mentions.
   */
  facts: {
    folder?: string | number;
    limit?: string | number;
    package?: string | number;
    sessions?: string | number;
    channels?: string | number;
    choices?: string | number;
    device?: string | number;
    file?: string | number;
    host?: string | number;
    hours?: string | number;
    reason?: string | number;
    seconds?: string | number;
  };
  seq: number;
  t: number;
  type: "status";
  state: "live" | "lost";
}
/**
 * The last event of a session while it ran, and what failed; only notes may follow.
 */
export interface EndEvent {
  /**
   * In English.
   */
  detail: string | null;
  /**
   * The same for programs, where it has one.
   */
  code: Code | null;
  /**
   * What `detail` mentions.
   */
  facts: {
    folder?: string | number;
    limit?: string | number;
    package?: string | number;
    sessions?: string | number;
    channels?: string | number;
    choices?: string | number;
    device?: string | number;
    file?: string | number;
    host?: string | number;
    hours?: string | number;
    reason?: string | number;
    seconds?: string | number;
  };
  seq: number;
  t: number;
  type: "end";
  reason: "stopped" | "lost" | "finished" | "failed" | "interrupted";
}
/**
 * A camera, a microphone or a screen, sent by the page.
 */
export interface BrowserOpening {
  /**
   * The person seen and heard has agreed to the analysis.
   */
  consent: true;
  title?: string;
  source: "browser";
}
/**
 * The downloads of one stretch of time, by mood.
 */
export interface Bucket {
  at: string;
  moods: {
    neutral?: number;
    calm?: number;
    happy?: number;
    sad?: number;
    angry?: number;
    fearful?: number;
    disgust?: number;
    surprised?: number;
    none?: number;
  };
}
/**
 * Which tracks may be cued; see :class:`recommender.ranking.filters.Filters`.
 */
export interface CueFiltersInput {
  licences?: LicenceClass[];
  /**
   * @minItems 2
   * @maxItems 2
   */
  tempo?: [number | null, number | null];
  /**
   * @minItems 2
   * @maxItems 2
   */
  length?: [number | null, number | null];
  instrumental?: boolean;
  sources?: string[] | null;
}
/**
 * What the user of a session asks of its cues; see :class:`recommender.CueSettings`.
 */
export interface CueStateInput {
  mode?: "match" | "contrast" | "lift" | "split";
  /**
   * Mode 'lift': where to lead.
   */
  target?: Emotion | null;
  /**
   * To go by instead of what is sensed.
   */
  mood?: Emotion | null;
  filters?: CueFiltersInput;
  repeat_after?: number;
}
/**
 * One side of a WebRTC negotiation, with all its candidates in it.
 */
export interface Description {
  sdp: string;
  type: "offer" | "answer";
}
/**
 * A sound input; ``number`` may change when others come and go.
 */
export interface Device {
  number: number;
  name: string;
  channels: number;
  rate: number;
  default: boolean;
}
/**
 * The inputs that are there now.
 */
export interface DeviceList {
  items: Device[];
}
/**
 * A sound card of the machine the server runs on, and a camera if one is named.
 */
export interface DeviceOpening {
  /**
   * The person seen and heard has agreed to the analysis.
   */
  consent: true;
  title?: string;
  source: "device";
  /**
   * Number, or words in its name; the system's default for none.
   */
  device?: number | string | null;
  /**
   * Counted from 1; the first two for none.
   */
  channels?: number[];
  /**
   * Number of a camera to watch beside it.
   */
  camera?: number | null;
}
/**
 * One download: what, when, and in which mood.
 */
export interface Download {
  id: number;
  at: string;
  session: string;
  t: number;
  track_id: string;
  title: string;
  artist: string;
  source: string;
  source_id: string;
  mood: Emotion | null;
  voice: Emotion | null;
  face: Emotion | null;
  mode: ("match" | "contrast" | "lift" | "split") | null;
  rank: number | null;
}
/**
 * How many downloads there were in each mood, in all and over time.
 *
 * Attributes
 * ----------
 * bucket_seconds : int
 *     How long a bucket is: short enough to draw, and few enough to be drawn.
 * buckets : list of Bucket
 *     Those in which there were any.
 */
export interface DownloadCounts {
  total: number;
  moods: {
    neutral?: number;
    calm?: number;
    happy?: number;
    sad?: number;
    angry?: number;
    fearful?: number;
    disgust?: number;
    surprised?: number;
    none?: number;
  };
  bucket_seconds: number;
  buckets: Bucket[];
}
/**
 * Downloads, newest first; where there are more, ``next`` is the ``before`` that lists them.
 */
export interface DownloadList {
  items: Download[];
  next: number | null;
}
/**
 * What a person did with a track; downloads are logged by downloading.
 */
export interface FeedbackIn {
  track_id: string;
  action: "previewed" | "liked" | "skipped";
  t?: number | null;
  /**
   * How long it was heard.
   */
  seconds?: number | null;
}
/**
 * What a person did with a track, and in which mood.
 */
export interface FeedbackOut {
  id: number;
  t: number;
  action: "shown" | "previewed" | "downloaded" | "liked" | "skipped";
  track_id: string;
  title: string;
  artist: string;
  mood: Emotion | null;
}
/**
 * The sample clip.
 */
export interface FileOpening {
  /**
   * The person seen and heard has agreed to the analysis.
   */
  consent: true;
  title?: string;
  source: "file";
  sample: true;
}
/**
 * A folder of the machine the server runs on.
 */
export interface FolderIn {
  path: string;
}
/**
 * A folder, and how many of its files can be read, cannot, and are no longer there.
 */
export interface FolderOut {
  path: string;
  files: number;
  unreadable: number;
  missing: number;
}
/**
 * As browsers want it in an ``RTCConfiguration``.
 */
export interface IceServer {
  urls: string;
}
/**
 * What a level meter shows, in dB relative to full scale.
 */
export interface LevelReading {
  peak: number;
  held: number;
  clipped: boolean;
}
/**
 * The folders of the library, and its scan.
 */
export interface LibraryOut {
  folders: FolderOut[];
  scan: ScanOut | null;
}
/**
 * The scan that runs, or the last one, and why it failed; no ``folder`` for all of them.
 */
export interface ScanOut {
  /**
   * In English.
   */
  detail: string | null;
  /**
   * The same for programs, where it has one.
   */
  code: Code | null;
  /**
   * What `detail` mentions.
   */
  facts: {
    folder?: string | number;
    limit?: string | number;
    package?: string | number;
    sessions?: string | number;
    channels?: string | number;
    choices?: string | number;
    device?: string | number;
    file?: string | number;
    host?: string | number;
    hours?: string | number;
    reason?: string | number;
    seconds?: string | number;
  };
  state: "running" | "finished" | "stopped" | "failed";
  folder: string | null;
  progress: ProgressOut | null;
}
/**
 * How many files there are, were looked at, listened to, cannot be read, or have gone.
 */
export interface ProgressOut {
  total: number;
  done: number;
  heard: number;
  unreadable: number;
  missing: number;
}
/**
 * Where to go on; each needs the session's token, but the overlay, which has one of its own.
 */
export interface Links {
  self: string;
  offer: string;
  whip: string;
  events: string;
  timeline: string;
  feedback: string;
  notes: string;
  playing: string;
  export: string;
  overlay: string;
  stop: string;
  leave: string;
}
/**
 * When a list of cues was shown, and its first title.
 */
export interface ListAt {
  t: number;
  title: string;
}
/**
 * What was stored.
 */
export interface Logged {
  id: number;
  action: "shown" | "previewed" | "downloaded" | "liked" | "skipped";
}
/**
 * What a person hears in a track: an emotion, or a place in the circumplex, or both.
 */
export interface MoodIn {
  emotion?: Emotion | null;
  valence?: number | null;
  arousal?: number | null;
}
/**
 * A mark to make at a moment; now where none is given, and at the latest.
 */
export interface NoteIn {
  text: string;
  t?: number | null;
}
/**
 * A mark that a person made.
 */
export interface NoteOut {
  id: number;
  t: number;
  text: string;
}
/**
 * A new session.
 */
export interface Opened {
  id: string;
  token: string;
  ice_servers: IceServer[];
  links: Links;
}
/**
 * What a voice or a face said by itself, how much that is worth, and why not more.
 */
export interface Opinion {
  label: Emotion;
  reliability: number;
  doubt:
    | ("no_speech" | "little_speech" | "quiet" | "clipped")
    | ("no_face" | "small" | "blurred" | "dark" | "turned")
    | null;
}
/**
 * What a session told in so few points that one of any length can be looked at.
 *
 * Attributes
 * ----------
 * seq : int
 *     The number of the last event; to go on from there misses nothing.
 * step : float
 *     Seconds that one point covers.
 * points : list of Point
 *     The moods.
 * lists : list of ListAt
 *     The lists of cues.
 */
export interface OverviewOut {
  playing: PlayingEvent[];
  feedback: FeedbackOut[];
  notes: NoteOut[];
  seq: number;
  step: number;
  points: Point[];
  lists: ListAt[];
}
/**
 * The mean of the moods in one step.
 *
 * Attributes
 * ----------
 * t : float
 *     Seconds since the session began, of the first of them.
 * count : int
 *     How many they are.
 * label : Emotion
 *     That of a single mood; of several, what is likeliest by their mean.
 * voice, face : Opinion or None
 *     The most reliable of each.
 */
export interface Point {
  t: number;
  count: number;
  label: Emotion;
  confidence: number;
  probs: {
    neutral: number;
    calm: number;
    happy: number;
    sad: number;
    angry: number;
    fearful: number;
    disgust: number;
    surprised: number;
  };
  valence: number;
  arousal: number;
  voice: Opinion | null;
  face: Opinion | null;
}
/**
 * The track that plays from now on, or none.
 */
export interface PlayingIn {
  track_id: string | null;
}
/**
 * Why a request failed and what to do; empty if all is well.
 */
export interface Problem {
  /**
   * In English.
   */
  detail: string | null;
  /**
   * The same for programs, where it has one.
   */
  code: Code | null;
  /**
   * What `detail` mentions.
   */
  facts: {
    folder?: string | number;
    limit?: string | number;
    package?: string | number;
    sessions?: string | number;
    channels?: string | number;
    choices?: string | number;
    device?: string | number;
    file?: string | number;
    host?: string | number;
    hours?: string | number;
    reason?: string | number;
    seconds?: string | number;
  };
}
/**
 * What to call a session.
 */
export interface Renaming {
  title: string;
}
/**
 * A session as its owner sees it.
 *
 * Attributes
 * ----------
 * reason : EndReason or None
 *     Why it ended: ``interrupted`` if the server was killed. None while it runs.
 * t : float
 *     How long it has run, in seconds.
 * duration : float or None
 *     Length of its source in seconds, if it has an end and tells.
 * moods : dict
 *     Seconds of each mood.
 * cues : CueState or None
 *     The cue settings; None once it has ended, and in lists.
 */
export interface SessionInfo {
  id: string;
  title: string;
  source: "browser" | "whip" | "device" | "file" | "url";
  state: "waiting" | "live" | "lost" | "ended";
  reason: ("stopped" | "lost" | "finished" | "failed" | "interrupted") | null;
  started_at: string;
  t: number;
  duration: number | null;
  moods: {
    neutral?: number;
    calm?: number;
    happy?: number;
    sad?: number;
    angry?: number;
    fearful?: number;
    disgust?: number;
    surprised?: number;
  };
  cues: CueStateOutput | null;
}
/**
 * Sessions, newest first; ``next`` is the ``before`` of the next page, if there is one.
 */
export interface SessionList {
  items: SessionInfo[];
  next: string | null;
}
/**
 * The catalogues, in the order of their names.
 */
export interface SourceList {
  items: SourceOut[];
}
/**
 * A catalogue that tracks come from, and how many do.
 */
export interface SourceOut {
  source: string;
  tracks: number;
}
/**
 * All words that were ever decided about, the most liked first.
 */
export interface TasteOut {
  words: WordOut[];
}
/**
 * What was learned about a word; see :class:`recommender.LearnedWord`.
 */
export interface WordOut {
  word: string;
  weight: number;
  deviation: number;
  taken: {
    neutral?: number;
    calm?: number;
    happy?: number;
    sad?: number;
    angry?: number;
    fearful?: number;
    disgust?: number;
    surprised?: number;
  };
}
/**
 * What a session told, too.
 */
export interface Timeline {
  playing: PlayingEvent[];
  feedback: FeedbackOut[];
  notes: NoteOut[];
  moods: MoodEvent[];
  cues: CuesEvent[];
}
/**
 * A part of the catalogue, and how many tracks there are in all.
 */
export interface TrackList {
  items: TrackOut[];
  total: number;
}
/**
 * A song or sound one can cue.
 *
 * ``audio`` is null where no address is known; ``corrected`` tells that a person set its mood,
 * ``missing`` that its file is no longer where it was.
 */
export interface TrackOut {
  title: string;
  artist: string;
  licence: string;
  licence_class: LicenceClass;
  warning: string | null;
  credit: string;
  duration: number | null;
  bpm: number | null;
  offline: boolean;
  search: string | null;
  id: string;
  emotion: Emotion;
  valence: number;
  arousal: number;
  emotions: {
    neutral?: number;
    calm?: number;
    happy?: number;
    sad?: number;
    angry?: number;
    fearful?: number;
    disgust?: number;
    surprised?: number;
  };
  corrected: boolean;
  missing: boolean;
  feels: string[];
  instruments: string[];
  source: string;
  page: string | null;
  audio: string | null;
  cover: string | null;
}
/**
 * Files that cannot be read, in the order of their paths.
 */
export interface UnreadableList {
  items: UnreadableOut[];
}
/**
 * A file that cannot be read, and why: in English, and for programs.
 */
export interface UnreadableOut {
  path: string;
  reason: string;
  code:
    | (
        | "damaged"
        | "name_not_utf8"
        | "no_sound"
        | "not_readable"
        | "silent"
        | "too_large"
        | "too_short"
      )
    | null;
}
/**
 * Media at an address.
 */
export interface UrlOpening {
  /**
   * The person seen and heard has agreed to the analysis.
   */
  consent: true;
  title?: string;
  source: "url";
  url: string;
}
/**
 * Media from OBS or another encoder.
 */
export interface WhipOpening {
  /**
   * The person seen and heard has agreed to the analysis.
   */
  consent: true;
  title?: string;
  source: "whip";
}
