import { useRef } from "preact/hooks";

import { EMOTIONS, isClear, mostLikely } from "../emotion/emotion";
import { faceDoubt, percent, voiceDoubt } from "../words/format";
import { confidenceText, headlineOf, reasonOf } from "./headline";
import { type Point, settledLabel, type Timeline } from "../timeline/timeline";
import type { MoodEvent, Probabilities, Without } from "../server/wire";
import { emotionName, words } from "../words";
import { Plane } from "../parts/Plane";
import { Shape } from "../parts/Shape";
import "./MoodPanel.css";

interface Props {
  readonly mood: MoodEvent | null;
  /** Moods up to `mood`. */
  readonly timeline: Timeline;
  readonly running: boolean;
  /** Number of events that never arrived. */
  readonly missed?: number;
}

/** Length of the trail on the plane, in points. */
const TRAIL = 20;

/** The current mood, its place on the plane, and the readings behind it. */
export function MoodPanel({ mood, timeline, running, missed = 0 }: Props) {
  const sure = mood !== null && isClear(mood);
  const text = words.value.mood;
  return (
    <section class={`mood card ${sure ? mood.label : "unsure"}`} aria-labelledby="mood-title">
      <h2 id="mood-title" class="visually-hidden">
        {text.title}
      </h2>
      <Announcement timeline={timeline} />
      <div class="summary">
        <div class="headline">
          {sure && <Shape emotion={mood.label} />}
          <div>
            <p
              class="label"
              data-testid="mood-label"
              data-label={mood?.label ?? ""}
              data-sure={sure}
            >
              {mood === null ? (running ? text.listening : text.none) : headlineOf(mood)}
            </p>
            <p class="confidence">{mood === null ? text.first : confidenceText(mood)}</p>
          </div>
        </div>
        <Place mood={mood} trail={timeline.points.slice(-TRAIL)} />
      </div>

      {mood?.without && <Reasons mood={mood} without={mood.without} />}

      <Shares mood={mood} />

      {mood !== null && (
        <p class="hint figures">
          {text.behind(Math.round(mood.latency_ms))} · {text.dropped(mood.dropped)}
          {missed > 0 && ` · ${text.missed(missed)}`}
        </p>
      )}
    </section>
  );
}

interface ReasonsProps {
  readonly mood: MoodEvent;
  readonly without: Without;
}

/** What the mood would be without the voice or the face, and whether the two disagree. */
function Reasons({ mood: { opinions }, without }: ReasonsProps) {
  const text = words.value.mood;
  return (
    <ul class="reasons" aria-label={text.reasons}>
      <li class={without.face.label}>{reasonOf("face", without.face)}</li>
      <li class={without.voice.label}>{reasonOf("voice", without.voice)}</li>
      {opinions && (
        <li class="disagreement" data-testid="mood-conflict">
          {text.disagree(emotionName(opinions.voice), emotionName(opinions.face))}
        </li>
      )}
    </ul>
  );
}

/** Announces each mood that has settled to screen readers. */
function Announcement({ timeline }: { timeline: Timeline }) {
  const announced = useRef("");
  const label = settledLabel(timeline);
  if (label !== null) announced.current = words.value.mood.now(emotionName(label));
  return (
    <p class="visually-hidden" aria-live="polite">
      {announced.current}
    </p>
  );
}

/** The mood on the plane of valence and arousal, with a trail. */
function Place({ mood, trail }: { mood: MoodEvent | null; trail: readonly Point[] }) {
  const text = words.value.plane;
  const way = trail.map(({ valence, arousal }) => `${valence} ${-arousal}`).join("L");
  return (
    <Plane
      label={mood === null ? text.nowhere : text.place(nearer(mood.valence), nearer(mood.arousal))}
    >
      {trail.length > 1 && <path class="way" d={`M${way}`} />}
      {trail.map(({ t, label, valence, arousal }, i) => (
        <circle
          key={t}
          class={label}
          cx={valence}
          cy={-arousal}
          r={0.02 + (0.025 * i) / trail.length}
          opacity={(i + 1) / trail.length}
        />
      ))}
      {mood !== null && (
        <circle class={`${mood.label} here`} cx={mood.valence} cy={-mood.arousal} r="0.085" />
      )}
    </Plane>
  );
}

function nearer(coordinate: number): string {
  return coordinate.toFixed(1);
}

/** The probabilities of the fused mood, the voice and the face, side by side. */
function Shares({ mood }: { mood: MoodEvent | null }) {
  const text = words.value.mood;
  const voice = mood && voiceDoubt(mood.voice);
  const face = mood && faceDoubt(mood.face);
  const columns = [
    { name: text.fused, probs: mood?.probs, weak: false },
    { name: text.voice, probs: mood?.voice?.probs, weak: voice !== null },
    { name: text.face, probs: mood?.face?.probs, weak: face !== null },
  ];
  return (
    <table class="shares">
      <caption class="visually-hidden">{text.probabilities}</caption>
      <thead>
        <tr>
          <td />
          <th scope="col">{text.fused}</th>
          <Source name={text.voice} doubt={voice} reading={mood?.voice} />
          <Source name={text.face} doubt={face} reading={mood?.face} />
        </tr>
      </thead>
      <tbody>
        {EMOTIONS.map((emotion) => (
          <tr key={emotion} class={emotion}>
            <th scope="row">
              <Shape emotion={emotion} />
              {emotionName(emotion)}
            </th>
            {columns.map(({ name, probs, weak }) => (
              <Share key={name} probs={probs} p={probs?.[emotion]} weak={weak} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface SourceProps {
  readonly name: string;
  /** Why the reading is unreliable; null if it is reliable. */
  readonly doubt: string | null;
  readonly reading: { readonly reliability: number } | null | undefined;
}

/** The header of a reading, with its reliability. */
function Source({ name, doubt, reading }: SourceProps) {
  const { weight, weightHint } = words.value.mood;
  const reliability = reading?.reliability ?? 0;
  return (
    <th scope="col" title={weightHint}>
      {name}
      <span class="worth">
        <Level value={reliability} />
        {doubt ?? weight(percent(reliability))}
      </span>
    </th>
  );
}

interface ShareProps {
  readonly probs: Probabilities | undefined;
  readonly p: number | undefined;
  readonly weak: boolean;
}

function Share({ probs, p, weak }: ShareProps) {
  if (probs === undefined || p === undefined) return <td class="doubt">–</td>;
  const first = probs[mostLikely(probs)] === p;
  return (
    <td class={weak ? "weak" : first ? "first" : ""}>
      <div>
        <Level value={p} />
        <span class="value">{percent(p)}</span>
      </div>
    </td>
  );
}

/** A bar from 0 to 1; the value is written beside it. */
function Level({ value }: { value: number }) {
  return (
    <span class="track" aria-hidden="true">
      <span class="fill" style={{ transform: `translateX(${100 * (value - 1)}%)` }} />
    </span>
  );
}
