import { EMOTIONS, mostLikely, SURE } from "../emotion";
import { faceDoubt, percent, voiceDoubt } from "../format";
import type { MoodEvent, Probabilities } from "../wire";
import { word, words } from "../words";
import { Shape } from "./Shape";

interface Props {
  readonly mood: MoodEvent | null;
  readonly missed: number;
  readonly running: boolean;
}

/** The mood in a word, what it was made from, and all eight probabilities. */
export function MoodPanel({ mood, missed, running }: Props) {
  const sure = mood !== null && mood.confidence >= SURE;
  const text = words.value.mood;
  const label = mood === null ? text.listening : sure ? word(mood.label) : text.unsure;
  return (
    <section class={`mood card ${sure ? mood.label : "unsure"}`} aria-labelledby="mood-title">
      <h2 id="mood-title" class="visually-hidden">
        {text.title}
      </h2>
      <div class="headline">
        {sure && <Shape emotion={mood.label} />}
        <div>
          <p
            class="label"
            aria-live="polite"
            data-testid="mood-label"
            data-label={mood?.label ?? ""}
            data-sure={sure}
          >
            {mood === null && !running ? text.none : label}
          </p>
          <p class="confidence">
            {mood === null
              ? text.first
              : sure
                ? text.confident(percent(mood.confidence))
                : text.closest(word(mood.label), percent(mood.confidence))}
          </p>
        </div>
      </div>

      <div class="readings">
        <Reading
          name={text.voice}
          doubt={mood && voiceDoubt(mood.voice)}
          probs={mood?.voice?.probs}
          reliability={mood?.voice?.reliability ?? 0}
        />
        <Reading
          name={text.face}
          doubt={mood && faceDoubt(mood.face)}
          probs={mood?.face?.probs}
          reliability={mood?.face?.reliability ?? 0}
        />
      </div>

      <Bars probs={mood?.probs} />

      {mood !== null && (
        <p class="hint figures">
          {text.behind(Math.round(mood.latency_ms))} · {text.dropped(mood.dropped)}
          {missed > 0 && ` · ${text.missed(missed)}`}
        </p>
      )}
    </section>
  );
}

interface ReadingProps {
  readonly name: string;
  /** Why it says little; null where it says something. */
  readonly doubt: string | null;
  readonly probs: Probabilities | undefined;
  readonly reliability: number;
}

function Reading({ name, doubt, probs, reliability }: ReadingProps) {
  const { worth, counts } = words.value.mood;
  const emotion = probs && doubt === null ? mostLikely(probs) : null;
  return (
    <div class="reading">
      <span class="name">{name}</span>
      {emotion !== null && probs ? (
        <span class="says">
          <Shape emotion={emotion} />
          {word(emotion)} {percent(probs[emotion])}
        </span>
      ) : (
        <span class="says doubt">{doubt ?? words.value.common.nothing}</span>
      )}
      <span class="worth" title={worth}>
        <Level value={reliability} />
        {counts(percent(reliability))}
      </span>
    </div>
  );
}

/** A bar from 0 to 1; the figure stands beside it in words. */
function Level({ value }: { value: number }) {
  return (
    <span class="track" aria-hidden="true">
      <span class="fill" style={{ transform: `translateX(${100 * (value - 1)}%)` }} />
    </span>
  );
}

function Bars({ probs }: { probs: Probabilities | undefined }) {
  return (
    <ul class="bars" aria-label={words.value.mood.probabilities}>
      {EMOTIONS.map((emotion) => {
        const p = probs?.[emotion] ?? 0;
        return (
          <li key={emotion} class={emotion}>
            <Shape emotion={emotion} />
            <span>{word(emotion)}</span>
            <Level value={p} />
            <span class="value">{percent(p)}</span>
          </li>
        );
      })}
    </ul>
  );
}
