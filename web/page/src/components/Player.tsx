import { useState } from "preact/hooks";

import { clock } from "../format";
import { attach, eject, loaded, playing, toggle } from "../player";
import { CopyCredit } from "./Cues";
import { Icon } from "./Icon";

/** The cue that plays; it stays in reach when the list of cues moves on. */
export function Player() {
  const [position, setPosition] = useState(0);
  const [length, setLength] = useState(0);
  const cue = loaded.value;

  const update = ({ currentTarget }: { currentTarget: HTMLAudioElement }): void => {
    setPosition(currentTarget.currentTime);
    setLength(Number.isFinite(currentTarget.duration) ? currentTarget.duration : 0);
    playing.value = !currentTarget.paused && !currentTarget.ended;
  };

  return (
    <>
      <audio
        ref={attach}
        data-testid="player"
        id="player"
        preload="none"
        onPlay={update}
        onPause={update}
        onEnded={update}
        onTimeUpdate={update}
        onLoadedMetadata={update}
      />
      {cue !== null && (
        <aside class="player" aria-label="Player">
          <button
            type="button"
            class="round"
            aria-label={`${playing.value ? "Pause" : "Play"} ${cue.title}`}
            onClick={() => void toggle(cue)}
          >
            <Icon name={playing.value ? "pause" : "play"} />
          </button>
          <div class="about">
            <p class="title">{cue.title}</p>
            <p class="facts">{cue.artist}</p>
          </div>
          <label class="seek">
            <span class="visually-hidden">Position</span>
            <input
              type="range"
              min={0}
              max={length || 1}
              step={0.1}
              value={position}
              aria-valuetext={`${clock(position)} of ${clock(length)}`}
              onInput={({ currentTarget }) => {
                const audio = document.querySelector<HTMLAudioElement>("#player");
                if (audio) audio.currentTime = Number(currentTarget.value);
              }}
            />
            <span class="time">
              {clock(position)} / {clock(length || cue.duration || 0)}
            </span>
          </label>
          <CopyCredit key={cue.track_id} credit={cue.credit} />
          <button type="button" class="quiet" aria-label="Close the player" onClick={eject}>
            <Icon name="close" />
          </button>
        </aside>
      )}
    </>
  );
}
