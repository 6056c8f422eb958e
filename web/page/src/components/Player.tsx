import { useState } from "preact/hooks";

import { clock } from "../format";
import { attach, eject, loaded, playing, reportPreview, toggle } from "../player";
import { words } from "../words";
import { CopyCredit } from "./CopyCredit";
import { Icon } from "./Icon";

/** What plays; it stays in reach when the list of cues moves on. */
export function Player() {
  const [position, setPosition] = useState(0);
  const [length, setLength] = useState(0);
  const track = loaded.value;
  const { player, track: text } = words.value;

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
        onEnded={(event) => {
          update(event);
          reportPreview();
        }}
        onTimeUpdate={update}
        onLoadedMetadata={update}
      />
      {track !== null && (
        <aside class="player" aria-label={player.title}>
          <button
            type="button"
            class="round"
            aria-label={(playing.value ? text.pause : text.play)(track.title)}
            onClick={() => void toggle(track)}
          >
            <Icon name={playing.value ? "pause" : "play"} />
          </button>
          <div class="about">
            <p class="title">{track.title}</p>
            <p class="facts">{track.artist}</p>
          </div>
          <label class="seek">
            <span class="visually-hidden">{player.position}</span>
            <input
              type="range"
              min={0}
              max={length || 1}
              step={0.1}
              value={position}
              aria-valuetext={player.positionOf(clock(position), clock(length))}
              onInput={({ currentTarget }) => {
                const audio = document.querySelector<HTMLAudioElement>("#player");
                if (audio) audio.currentTime = Number(currentTarget.value);
              }}
            />
            <span class="time">
              {clock(position)} / {clock(length || track.duration || 0)}
            </span>
          </label>
          <CopyCredit key={track.id} credit={track.credit} />
          <button type="button" class="quiet" aria-label={player.close} onClick={eject}>
            <Icon name="close" />
          </button>
        </aside>
      )}
    </>
  );
}
