import { useMemo } from "preact/hooks";

import { clock } from "../words/format";
import { BARS, peaks, seek } from "./player";
import { words } from "../words";
import "./Wave.css";

interface Props {
  readonly position: number;
  readonly length: number;
}

const HEIGHT = 40;

/** The waveform with a slider over it to seek. */
export function Wave({ position, length }: Props) {
  const { player } = words.value;
  const heights = peaks.value;
  const path = useMemo(() => (heights === null ? null : outline(heights)), [heights]);
  const played = length > 0 ? position / length : 0;
  return (
    <label class={path === null ? "wave plain" : "wave"}>
      <span class="visually-hidden">{player.position}</span>
      {path !== null && (
        <svg viewBox={`0 0 ${BARS} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          <path d={path} />
          <path
            class="played"
            d={path}
            style={{ clipPath: `inset(0 ${100 * (1 - played)}% 0 0)` }}
          />
        </svg>
      )}
      <input
        type="range"
        min={0}
        max={length || 1}
        step={0.1}
        value={position}
        aria-valuetext={player.positionOf(clock(position), clock(length))}
        onInput={({ currentTarget }) => seek(Number(currentTarget.value))}
      />
    </label>
  );
}

/** Draws a bar for each peak around the centre line. */
function outline(heights: readonly number[]): string {
  return heights
    .map((peak, x) => {
      const half = Math.max((peak * HEIGHT) / 2, 0.75);
      return `M${x + 0.5} ${(HEIGHT / 2 - half).toFixed(1)}v${(2 * half).toFixed(1)}`;
    })
    .join("");
}
