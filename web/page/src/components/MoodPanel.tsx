import { EMOTIONS, mostLikely, SURE, word } from "../emotion";
import { faceDoubt, percent, voiceDoubt } from "../format";
import type { MoodEvent, Probabilities } from "../wire";
import { Shape } from "./Shape";

interface Props {
  readonly mood: MoodEvent | null;
  readonly missed: number;
  readonly running: boolean;
}

/** The mood in a word, what it was made from, and all eight probabilities. */
export function MoodPanel({ mood, missed, running }: Props) {
  const sure = mood !== null && mood.confidence >= SURE;
  const words = mood === null ? "Listening…" : sure ? word(mood.label) : "Not sure yet";
  return (
    <section class={`mood card ${sure ? mood.label : "unsure"}`} aria-labelledby="mood-title">
      <h2 id="mood-title" class="visually-hidden">
        Mood
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
            {mood === null && !running ? "No mood" : words}
          </p>
          <p class="confidence">
            {mood === null
              ? "The first mood takes a few seconds."
              : sure
                ? `${percent(mood.confidence)} confident`
                : `closest: ${word(mood.label).toLowerCase()}, ${percent(mood.confidence)}`}
          </p>
        </div>
      </div>

      <div class="readings">
        <Reading
          name="Voice"
          doubt={mood && voiceDoubt(mood.voice)}
          probs={mood?.voice?.probs}
          reliability={mood?.voice?.reliability ?? 0}
        />
        <Reading
          name="Face"
          doubt={mood && faceDoubt(mood.face)}
          probs={mood?.face?.probs}
          reliability={mood?.face?.reliability ?? 0}
        />
      </div>

      <Bars probs={mood?.probs} />

      {mood !== null && (
        <p class="hint figures">
          {Math.round(mood.latency_ms)} ms behind · {mood.dropped} dropped
          {missed > 0 && ` · ${missed} missed`}
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
        <span class="says doubt">{doubt ?? "–"}</span>
      )}
      <span class="worth" title="How much this reading counts">
        <Level value={reliability} />
        counts {percent(reliability)}
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
    <ul class="bars" aria-label="Probability of each mood">
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
