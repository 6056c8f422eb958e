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
 * Facts about the server that the page shows.
 *
 * Attributes
 * ----------
 * retention : float or None
 *     Days after which a session is deleted; None if it is kept until a user deletes it.
 * protected : bool
 *     Whether the server requires a token.
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
 * The reading of the voice; ``doubt`` is the reason for a low reliability.
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
 * The reading of the main face, and all faces in view.
 *
 * ``doubt`` is the reason for a low reliability; ``aspect`` is frame width divided by height.
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
 * A new list of cues, which replaces the previous one.
 */
export interface CuesEvent {
  seq: number;
  t: number;
  type: "cues";
  items: CueItem[];
  settings: CueStateOutput;
}
/**
 * A track suggested now; ``audio`` is null if its address is not known.
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
 * The reason for a cue: its origin, its score, and what was learned in its favour.
 */
export interface Why {
  from: "voice" | "face" | "mood";
  emotion: Emotion;
  score: number;
  probability: number;
  because: string | null;
  /**
   * Learned words that describe the track, such as its instrument.
   */
  learned: string[];
  /**
   * The mood in which the words were learned.
   */
  mood: Emotion | null;
}
/**
 * How the cues of a session are chosen; see :class:`recommender.CueSettings`.
 */
export interface CueStateOutput {
  mode: "match" | "contrast" | "lift" | "split";
  /**
   * The emotion to lead to in the mode 'lift'.
   */
  target: Emotion | null;
  /**
   * A mood set by hand, instead of the estimate.
   */
  mood: Emotion | null;
  filters: CueFiltersOutput;
  repeat_after: number;
}
/**
 * The tracks that may be cued; see :class:`recommender.ranking.filters.Filters`.
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
 * A user previewed, downloaded, liked or skipped a track.
 */
export interface FeedbackEvent {
  seq: number;
  t: number;
  type: "feedback";
  action: "shown" | "previewed" | "downloaded" | "liked" | "skipped";
  track_id: string;
}
/**
 * The track that plays from now on; null if none does.
 */
export interface PlayingEvent {
  seq: number;
  t: number;
  type: "playing";
  track: PlayedTrack | null;
}
/**
 * A track that is playing.
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
 * A note at the time ``t``, or its deletion.
 *
 * Attributes
 * ----------
 * id : int
 *     Number of the event that added the note.
 * text : str or None
 *     Text of the note; null if it was deleted.
 */
export interface NoteEvent {
  seq: number;
  t: number;
  type: "note";
  id: number;
  text: string | null;
}
/**
 * Whether media arrive from the source, and why not.
 */
export interface StatusEvent {
  /**
   * In English.
   */
  detail: string | null;
  /**
   * Code for programs, if there is one.
   */
  code: Code | null;
  /**
   * Facts that `detail` mentions.
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
 * The end of a session, and what failed; only notes may follow.
 */
export interface EndEvent {
  /**
   * In English.
   */
  detail: string | null;
  /**
   * Code for programs, if there is one.
   */
  code: Code | null;
  /**
   * Facts that `detail` mentions.
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
 * A camera, microphone or screen that the page sends.
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
 * The downloads of one interval by mood.
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
 * The tracks that may be cued; see :class:`recommender.ranking.filters.Filters`.
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
 * How the cues of a session are chosen; see :class:`recommender.CueSettings`.
 */
export interface CueStateInput {
  mode?: "match" | "contrast" | "lift" | "split";
  /**
   * The emotion to lead to in the mode 'lift'.
   */
  target?: Emotion | null;
  /**
   * A mood set by hand, instead of the estimate.
   */
  mood?: Emotion | null;
  filters?: CueFiltersInput;
  repeat_after?: number;
}
/**
 * The session description of one peer, with all its ICE candidates.
 */
export interface Description {
  sdp: string;
  type: "offer" | "answer";
}
/**
 * A sound input; ``number`` may change when devices are plugged in or removed.
 */
export interface Device {
  number: number;
  name: string;
  channels: number;
  rate: number;
  default: boolean;
}
/**
 * The inputs that are connected now.
 */
export interface DeviceList {
  items: Device[];
}
/**
 * A sound card of the server's machine, and optionally a camera.
 */
export interface DeviceOpening {
  /**
   * The person seen and heard has agreed to the analysis.
   */
  consent: true;
  title?: string;
  source: "device";
  /**
   * Number, or words in its name; by default that of the system.
   */
  device?: number | string | null;
  /**
   * Counted from 1; by default the first two.
   */
  channels?: number[];
  /**
   * Number of a camera to use as well.
   */
  camera?: number | null;
}
/**
 * A download: the track, the time and the mood.
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
 * The number of downloads by mood, in total and over time.
 *
 * Attributes
 * ----------
 * bucket_seconds : int
 *     Length of a bucket; it grows with the time span, so that a chart has few bars.
 * buckets : list of Bucket
 *     The buckets with at least one download.
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
 * Downloads, newest first; ``next`` is the ``before`` of the next page, null on the last.
 */
export interface DownloadList {
  items: Download[];
  next: number | null;
}
/**
 * A user's action on a track; downloads are logged by the download route.
 */
export interface FeedbackIn {
  track_id: string;
  action: "previewed" | "liked" | "skipped";
  t?: number | null;
  /**
   * How long it was played.
   */
  seconds?: number | null;
}
/**
 * A user's action on a track, and the mood at that time.
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
 * A folder of the server's machine.
 */
export interface FolderIn {
  path: string;
}
/**
 * A folder, and how many of its files are readable, unreadable and missing.
 */
export interface FolderOut {
  path: string;
  files: number;
  unreadable: number;
  missing: number;
}
/**
 * An ICE server in the form of an ``RTCConfiguration``.
 */
export interface IceServer {
  urls: string;
}
/**
 * The state of a level meter, in dB relative to full scale.
 */
export interface LevelReading {
  peak: number;
  held: number;
  clipped: boolean;
}
/**
 * The folders of the library, and the latest scan.
 */
export interface LibraryOut {
  folders: FolderOut[];
  scan: ScanOut | null;
}
/**
 * The running scan or the last one, and why it failed; ``folder`` is null for all folders.
 */
export interface ScanOut {
  /**
   * In English.
   */
  detail: string | null;
  /**
   * Code for programs, if there is one.
   */
  code: Code | null;
  /**
   * Facts that `detail` mentions.
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
 * Numbers of files: in total, processed, analysed, unreadable and missing.
 */
export interface ProgressOut {
  total: number;
  done: number;
  heard: number;
  unreadable: number;
  missing: number;
}
/**
 * The URLs of a session; each needs the session's token, except the overlay, which has it.
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
 * The time at which a list of cues was shown, and its first title.
 */
export interface ListAt {
  t: number;
  title: string;
}
/**
 * The feedback that was stored.
 */
export interface Logged {
  id: number;
  action: "shown" | "previewed" | "downloaded" | "liked" | "skipped";
}
/**
 * The mood a user assigns to a track: an emotion, or valence and arousal, or both.
 */
export interface MoodIn {
  emotion?: Emotion | null;
  valence?: number | null;
  arousal?: number | null;
}
/**
 * A note to add at the time ``t``, by default and at the latest now.
 */
export interface NoteIn {
  text: string;
  t?: number | null;
}
/**
 * A note.
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
 * The reading of a voice or a face: likeliest emotion, reliability, and reason for doubt.
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
 * A whole session in a limited number of points, whatever its length.
 *
 * Attributes
 * ----------
 * seq : int
 *     Number of the last event included.
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
 *     Time of the first mood, in seconds since the session began.
 * count : int
 *     Number of moods.
 * label : Emotion
 *     The label of a single mood; the likeliest emotion of the mean of several.
 * voice, face : Opinion or None
 *     The most reliable reading of each.
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
 * The track that plays from now on; null for none.
 */
export interface PlayingIn {
  track_id: string | null;
}
/**
 * Why a request failed and what to do; empty if nothing failed.
 */
export interface Problem {
  /**
   * In English.
   */
  detail: string | null;
  /**
   * Code for programs, if there is one.
   */
  code: Code | null;
  /**
   * Facts that `detail` mentions.
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
 * A new title for a session.
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
 *     Seconds since it began; its length once it has ended.
 * duration : float or None
 *     Length of its source in seconds, if known.
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
 * Sessions, newest first; ``next`` is the ``before`` of the next page, null on the last.
 */
export interface SessionList {
  items: SessionInfo[];
  next: string | null;
}
/**
 * The sources, sorted by name.
 */
export interface SourceList {
  items: SourceOut[];
}
/**
 * The source of tracks, such as an imported table, and their number.
 */
export interface SourceOut {
  source: string;
  tracks: number;
}
/**
 * All words with feedback, sorted by weight.
 */
export interface TasteOut {
  words: WordOut[];
}
/**
 * The weight of a word; see :class:`recommender.ranking.taste.Word`.
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
 * A part of a session: its moods, its cues, and what users did.
 */
export interface Timeline {
  playing: PlayingEvent[];
  feedback: FeedbackOut[];
  notes: NoteOut[];
  moods: MoodEvent[];
  cues: CuesEvent[];
}
/**
 * A page of the catalogue, and the total number of tracks.
 */
export interface TrackList {
  items: TrackOut[];
  total: number;
}
/**
 * A track of the catalogue.
 *
 * ``audio`` is null if no address is known. ``corrected`` means that a user set the mood,
 * ``missing`` that the file has gone.
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
 * Files that cannot be read, sorted by path.
 */
export interface UnreadableList {
  items: UnreadableOut[];
}
/**
 * A file that cannot be read, with the reason in English and as a code.
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
 * Media at a URL.
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
