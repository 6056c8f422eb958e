/** Formats values for the user's locale. */

import type { Emotion } from "../emotion/emotion";
import type {
  CueState,
  Download,
  FaceReading,
  SessionInfo,
  TrackFacts,
  VoiceReading,
  Why,
} from "../server/wire";
import { locale, emotionName, words } from ".";

type Asked = Pick<CueState, "mode" | "mood">;

/** Formats a number with thousands separators. */
export function formatNumber(n: number): string {
  return n.toLocaleString(locale.value);
}

/** Formats a small number with its sign. */
export function signed(n: number): string {
  const digits = { minimumFractionDigits: 3, maximumFractionDigits: 3 };
  return n.toLocaleString(locale.value, { ...digits, signDisplay: "exceptZero" });
}

export function percent(fraction: number): string {
  return fraction.toLocaleString(locale.value, { style: "percent" });
}

/** Joins the names of emotions, of which one is meant. */
export function anyOf(emotions: readonly Emotion[]): string {
  const list = new Intl.ListFormat(locale.value, { type: "disjunction" });
  return list.format(emotions.map((emotion) => emotionName(emotion)));
}

/** Formats seconds as `4:07`, or as `1:04:07` from one hour on. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const s = String(whole % 60).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${s}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${s}`;
}

/** Formats tempo and length, if known. */
export function trackFigures({ bpm, duration }: TrackFacts): string {
  const tempo = bpm === null ? null : words.value.track.bpm(Math.round(bpm));
  return joinParts([tempo, duration === null ? null : clock(duration)]);
}

/** Describes why a cue was chosen; `sure` tells whether the mood was clear. */
export function describeReason(
  why: Why,
  { mode, mood }: Asked = { mode: "match", mood: null },
  sure = true,
): string {
  const { because, instead, unsure, fit } = words.value.cues;
  const said =
    mode === "contrast" || mode === "lift"
      ? instead[mode]
      : mood !== null
        ? instead.byHand
        : sure
          ? because[why.from]
          : () => unsure;
  // Non-breaking spaces keep the match on one line.
  return `${said(emotionName(why.emotion))} ·\u00a0${fit(percent(why.score)).replaceAll(" ", "\u00a0")}`;
}

/** Describes the learned taste behind a cue; empty if there is none. */
export function describeLearned({ learned: music, mood }: Why): string {
  return music.length === 0
    ? ""
    : words.value.cues.learned(music.map(musicWord), mood === null ? null : emotionName(mood));
}

/** Returns the title of a session; source and time if it has none. */
export function titleOf({ title, source, started_at }: Titled): string {
  if (title !== "") return title;
  const { sources, untitled } = words.value.history;
  const began = new Date(started_at);
  const when = began.toLocaleString(locale.value, { dateStyle: "medium", timeStyle: "short" });
  return untitled(sources[source], when);
}

type Titled = Pick<SessionInfo, "title" | "source" | "started_at">;

/** Describes why a voice reading is unreliable; null if it is reliable. */
export function voiceDoubt(voice: VoiceReading | null): string | null {
  const { noSound, doubts } = words.value.mood;
  if (voice === null) return noSound;
  return voice.doubt && doubts[voice.doubt];
}

/** Describes why a face reading is unreliable; null if it is reliable. */
export function faceDoubt(face: FaceReading | null): string | null {
  const { noPicture, doubts } = words.value.mood;
  if (face === null) return noPicture;
  return face.doubt && doubts[face.doubt];
}

/** Formats the size of a file. */
export function megabytes(bytes: number): string {
  const size = bytes / 1e6;
  return words.value.stage.megabytes(size < 10 ? Math.round(size * 10) / 10 : Math.round(size));
}

/** Joins the known parts with dots. */
export function joinParts(parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== "").join(" · ");
}

/** Formats date and time in local time. */
export function dayAndTime(iso: string): string {
  return new Date(iso).toLocaleString(locale.value, { dateStyle: "medium", timeStyle: "medium" });
}

/** Formats the start of a period; days without the time. */
export function formatPeriod(iso: string, seconds: number): string {
  const begin = new Date(iso);
  // Days are in UTC.
  if (seconds >= DAY) {
    const day = begin.toLocaleDateString(locale.value, { dateStyle: "medium", timeZone: "UTC" });
    return seconds === DAY ? day : words.value.log.daysFrom(seconds / DAY, day);
  }
  return begin.toLocaleString(locale.value, { dateStyle: "medium", timeStyle: "short" });
}

const DAY = 86_400;

/**
 * Returns labels for a time axis whose ticks are `step` seconds apart. The first tick, and each
 * that starts a new day or year, has the day or year on a second line. `zone` is null for local
 * time.
 */
export function axisLabels(
  marks: readonly number[],
  step: number,
  zone: "UTC" | null = null,
): readonly string[] {
  const written = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale.value, { ...options, ...(zone && { timeZone: zone }) });
  const day = { month: "short", day: "numeric" } as const;
  const [fine, coarse] =
    step < DAY
      ? [written({ hour: "numeric", minute: "2-digit" }), written(day)]
      : [written(step < 28 * DAY ? day : { month: "short" }), written({ year: "numeric" })];
  let before = "";
  return marks.map((mark) => {
    const at = mark * 1000;
    const around = coarse.format(at);
    const named = around === before ? "" : `\n${around}`;
    before = around;
    return `${fine.format(at)}${named}`;
  });
}

/** Formats the local time of a download. */
export function timeOfDay(download: Download): string {
  return new Date(download.at).toLocaleTimeString(locale.value, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
}

/** Translates a word that the server describes music with. */
export function musicWord(each: string): string {
  const music: Readonly<Record<string, string>> = words.value.music;
  return music[each] ?? each;
}
