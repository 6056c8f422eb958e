import { useState } from "preact/hooks";

import { state } from "../session/store";
import { clock } from "../words/format";
import {
  attach,
  ducked,
  closePlayer,
  FADES,
  updatePlayback,
  playback,
  loaded,
  playing,
  progress,
  queue,
  reportPreview,
  step,
  toggle,
} from "./player";
import { words } from "../words";
import { CopyCredit } from "../tracks/CopyCredit";
import { Icon } from "../parts/Icon";
import { Wave } from "./Wave";
import "./Player.css";

/** The player: what plays stays in reach when the cues change. */
export function Player() {
  const [, draw] = useState(0);
  const [more, setMore] = useState(false);
  const track = loaded.value;
  // A live session renders every second anyway; more renders would only cost layouts.
  const live = state.value.phase === "live";
  const { position, length } = progress();

  const redraw = (): void => draw((count) => count + 1);
  const update = ({ currentTarget }: { currentTarget: HTMLAudioElement }): void => {
    playing.value = !currentTarget.paused && !currentTarget.ended;
    redraw();
  };

  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/media-has-caption -- music */}
      <audio
        ref={attach}
        preload="none"
        loop={playback.value.loop}
        onPlay={update}
        onPause={update}
        onEnded={(event) => {
          update(event);
          reportPreview();
        }}
        onSeeked={update}
        onTimeUpdate={() => live || redraw()}
        onLoadedMetadata={update}
      />
      {track !== null && (
        <aside class={more ? "player more" : "player"} aria-label={words.value.player.title}>
          <Transport title={track.title} onToggle={() => void toggle(track)} />
          <div class="about">
            <p class="title">{track.title}</p>
            <p class="facts">{track.artist}</p>
          </div>
          <div class="seek">
            <Wave position={position} length={length} />
            <span class="time">
              {clock(position)} / {clock(length || track.duration || 0)}
            </span>
          </div>
          <button
            type="button"
            class="quiet options"
            aria-label={words.value.player.more}
            aria-expanded={more}
            onClick={() => setMore(!more)}
          >
            <Icon name="device" />
          </button>
          <PlaybackControls />
          <CopyCredit key={track.id} track={track} />
          <button
            type="button"
            class="quiet close"
            aria-label={words.value.player.close}
            onClick={closePlayer}
          >
            <Icon name="close" />
          </button>
        </aside>
      )}
    </>
  );
}

interface TransportProps {
  readonly title: string;
  readonly onToggle: () => void;
}

function Transport({ title, onToggle }: TransportProps) {
  const { player, track } = words.value;
  const hasCues = queue.value.length > 1;
  return (
    <div class="transport">
      {hasCues && (
        <button
          type="button"
          class="quiet small"
          aria-label={player.earlier}
          title={player.earlier}
          onClick={() => step(-1)}
        >
          <Icon name="back" />
        </button>
      )}
      <button
        type="button"
        class="round"
        aria-label={(playing.value ? track.pause : track.play)(title)}
        onClick={onToggle}
      >
        <Icon name={playing.value ? "pause" : "play"} />
      </button>
      {hasCues && (
        <button
          type="button"
          class="quiet small"
          aria-label={player.later}
          title={player.later}
          onClick={() => step(1)}
        >
          <Icon name="forward" />
        </button>
      )}
    </div>
  );
}

/** Volume, loop, fade and ducking. */
function PlaybackControls() {
  const { volume, loop, fade, duck } = playback.value;
  const { player: text } = words.value;
  return (
    <div class="listening">
      <p class="ducked" role="status">
        {ducked.value && (
          <>
            <Icon name="speech" />
            {text.ducked}
          </>
        )}
      </p>
      <button
        type="button"
        class="quiet small"
        aria-pressed={duck}
        aria-label={text.duck}
        title={text.duck}
        onClick={() => updatePlayback({ duck: !duck })}
      >
        <Icon name="speech" />
      </button>
      <button
        type="button"
        class="quiet small"
        aria-pressed={loop}
        aria-label={text.loop}
        title={text.loop}
        onClick={() => updatePlayback({ loop: !loop })}
      >
        <Icon name="loop" />
      </button>
      <label class="fade" title={text.fadeHint}>
        <Icon name="fade" />
        <span class="visually-hidden">{text.fadeHint}</span>
        <select
          value={fade}
          onChange={({ currentTarget }) => updatePlayback({ fade: Number(currentTarget.value) })}
        >
          {FADES.map((seconds) => (
            <option key={seconds} value={seconds}>
              {text.fade(seconds)}
            </option>
          ))}
        </select>
      </label>
      <label class="volume">
        <Icon name={volume === 0 ? "silence" : "sound"} />
        <span class="visually-hidden">{text.volume}</span>
        <input
          type="range"
          min={0}
          max={1}
          step={0.05}
          value={volume}
          onInput={({ currentTarget }) => updatePlayback({ volume: Number(currentTarget.value) })}
        />
      </label>
    </div>
  );
}
