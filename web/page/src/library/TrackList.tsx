import { useRef, useState } from "preact/hooks";

import { correctMood, resetMood } from "./browsing";
import { EMOTIONS, type Emotion } from "../emotion/emotion";
import { loaded } from "../player/player";
import type { Track, TrackPage } from "../server/wire";
import { emotionName, words } from "../words";
import { Facts } from "../tracks/Facts";
import { PlayButton } from "../player/PlayButton";
import { Rights } from "../tracks/Rights";
import { Shape } from "../parts/Shape";
import "./TrackList.css";
import "../tracks/TrackRow.css";

/** The list of tracks. */
export function TrackList({ found }: { found: TrackPage }) {
  return (
    <section class="tracks card" aria-label={words.value.library.list}>
      <ul>
        {found.items.map((track) => (
          <TrackRow key={track.id} track={track} />
        ))}
      </ul>
    </section>
  );
}

function TrackRow({ track }: { track: Track }) {
  const [correcting, setCorrecting] = useState(false);
  const toggle = useRef<HTMLButtonElement>(null);
  const text = words.value.library;

  /** The focused element disappears, so focus returns to the toggle. */
  function done(): void {
    setCorrecting(false);
    toggle.current?.focus();
  }

  return (
    <li class={loaded.value?.id === track.id ? "loaded" : ""} data-track={track.id}>
      <PlayButton id={track.id} track={track} />
      <div class="about">
        <p class="title">{track.title}</p>
        <Facts track={track} />
        <p class="why" data-testid="track-mood">
          <Shape emotion={track.emotion} />
          {emotionName(track.emotion)}
          {track.corrected && <span class="tag">{text.setByHand}</span>}
          {track.missing && <span class="tag">{text.missing}</span>}
          <button
            ref={toggle}
            type="button"
            class="link"
            aria-expanded={correcting}
            aria-label={(correcting ? text.leaveOf : text.correctOf)(track.title)}
            onClick={() => setCorrecting(!correcting)}
          >
            {correcting ? text.leave : text.correct}
          </button>
        </p>
        {track.corrected && correcting && (
          <button
            type="button"
            class="link"
            onClick={() => {
              done();
              void resetMood(track.id);
            }}
          >
            {text.uncorrect}
          </button>
        )}
        {correcting && (
          <MoodChoice
            track={track}
            onChoice={(emotion) => {
              done();
              void correctMood(track.id, emotion);
            }}
          />
        )}
        <Rights track={track} />
      </div>
    </li>
  );
}

interface ChoiceProps {
  readonly track: Track;
  readonly onChoice: (emotion: Emotion) => void;
}

function MoodChoice({ track, onChoice }: ChoiceProps) {
  return (
    <div class="choice" role="group" aria-label={words.value.library.moodOf(track.title)}>
      {EMOTIONS.map((emotion) => (
        <button
          key={emotion}
          type="button"
          aria-pressed={track.emotion === emotion}
          onClick={() => onChoice(emotion)}
        >
          <Shape emotion={emotion} />
          {emotionName(emotion)}
        </button>
      ))}
    </div>
  );
}
