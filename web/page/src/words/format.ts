/** Words and figures as people read them. */

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

/** A number with its thousands set apart. */
export function formatNumber(n: number): string {
  return n.toLocaleString(locale.value);
}

/** A small number that may lean to either side of zero. */
export function signed(n: number): string {
  const digits = { minimumFractionDigits: 3, maximumFractionDigits: 3 };
  return n.toLocaleString(locale.value, { ...digits, signDisplay: "exceptZero" });
}

export function percent(fraction: number): string {
  return fraction.toLocaleString(locale.value, { style: "percent" });
}

/** Seconds as `4:07`, or `1:04:07` from an hour on. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const s = String(whole % 60).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${s}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${s}`;
}

/** Tempo and length, as far as they are known. */
export function trackFigures({ bpm, duration }: TrackFacts): string {
  const tempo = bpm === null ? null : words.value.track.bpm(Math.round(bpm));
  return joinParts([tempo, duration === null ? null : clock(duration)]);
}

/** Who asked for a cue, and how well it fits; `sure` says whether there was a mood to speak of. */
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
  // The fit stays in one line, and the dot with it.
  return `${said(emotionName(why.emotion))} ·\u00a0${fit(percent(why.score)).replaceAll(" ", "\u00a0")}`;
}

/** What was learned that speaks for a cue; empty where nothing was. */
export function describeLearned({ learned: music, mood }: Why): string {
  return music.length === 0
    ? ""
    : words.value.cues.learned(music.map(musicWord), mood === null ? null : emotionName(mood));
}

/** What its user calls a session; where and when it was where they call it nothing. */
export function titleOf({ title, source, started_at }: Titled): string {
  if (title !== "") return title;
  const { sources, untitled } = words.value.history;
  const began = new Date(started_at);
  const when = began.toLocaleString(locale.value, { dateStyle: "medium", timeStyle: "short" });
  return untitled(sources[source], when);
}

type Titled = Pick<SessionInfo, "title" | "source" | "started_at">;

/** Why a voice reading says little; null where it is worth listening to. */
export function voiceDoubt(voice: VoiceReading | null): string | null {
  const { noSound, doubts } = words.value.mood;
  if (voice === null) return noSound;
  return voice.doubt && doubts[voice.doubt];
}

/** Why a face reading says little; null where it is worth looking at. */
export function faceDoubt(face: FaceReading | null): string | null {
  const { noPicture, doubts } = words.value.mood;
  if (face === null) return noPicture;
  return face.doubt && doubts[face.doubt];
}

/** The size of a file. */
export function megabytes(bytes: number): string {
  const size = bytes / 1e6;
  return words.value.stage.megabytes(size < 10 ? Math.round(size * 10) / 10 : Math.round(size));
}

/** Joins the parts that are known by dots. */
export function joinParts(parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== "").join(" · ");
}

/** Day and time, where this browser is. */
export function dayAndTime(iso: string): string {
  return new Date(iso).toLocaleString(locale.value, { dateStyle: "medium", timeStyle: "medium" });
}

/** A stretch of time that begins at `iso`; its end is left out, and so is the time of whole days. */
export function formatPeriod(iso: string, seconds: number): string {
  const begin = new Date(iso);
  // Days are counted in UTC.
  if (seconds >= DAY) {
    const day = begin.toLocaleDateString(locale.value, { dateStyle: "medium", timeZone: "UTC" });
    return seconds === DAY ? day : words.value.log.daysFrom(seconds / DAY, day);
  }
  return begin.toLocaleString(locale.value, { dateStyle: "medium", timeStyle: "short" });
}

const DAY = 86_400;

/**
 * What is written at the marks of an axis of time, which are `step` apart; all in seconds.
 *
 * Below its mark the first one names the day or the year that it is in, and so does each with which
 * another one begins. `zone` is null where the marks are in the zone of this browser.
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

/** The local time of day of a download. */
export function timeOfDay(download: Download): string {
  return new Date(download.at).toLocaleTimeString(locale.value, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
}

/** A word that the server knows music by, as the reader says it. */
export function musicWord(each: string): string {
  const music: Readonly<Record<string, string>> = words.value.music;
  return music[each] ?? each;
}
