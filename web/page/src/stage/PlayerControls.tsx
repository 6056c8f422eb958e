import { useEffect, useState } from "preact/hooks";

import { clock } from "../words/format";
import type { Player } from "../source/media";
import { words } from "../words";
import { Icon } from "../parts/Icon";
import "./PlayerControls.css";

/** Controls of a file that plays; muting does not affect the analysis. */
export function PlayerControls({ player: { element, audible } }: { player: Player }) {
  const [, draw] = useState(0);
  const { stage, player } = words.value;
  const { paused, currentTime, duration } = element;

  useEffect(() => {
    const redraw = (): void => draw((count) => count + 1);
    const events = ["play", "pause", "seeked", "timeupdate", "durationchange"] as const;
    for (const name of events) element.addEventListener(name, redraw);
    return () => {
      for (const name of events) element.removeEventListener(name, redraw);
    };
  }, [element]);

  return (
    <div class="playback">
      <button
        type="button"
        class="round"
        aria-label={paused ? stage.play : stage.pause}
        onClick={() => (paused ? void element.play() : element.pause())}
      >
        <Icon name={paused ? "play" : "pause"} />
      </button>
      <label class="seek">
        <span class="visually-hidden">{stage.position}</span>
        <input
          type="range"
          min={0}
          max={duration || 1}
          step={0.1}
          value={currentTime}
          aria-valuetext={player.positionOf(clock(currentTime), clock(duration))}
          onInput={({ currentTarget }) => (element.currentTime = Number(currentTarget.value))}
        />
        <span class="time">
          {clock(currentTime)} / {clock(duration)}
        </span>
      </label>
      <button
        type="button"
        class="round"
        aria-label={audible.value ? stage.soundOn : stage.soundOff}
        aria-pressed={audible.value}
        onClick={() => (audible.value = !audible.value)}
      >
        <Icon name={audible.value ? "sound" : "silence"} />
      </button>
    </div>
  );
}
