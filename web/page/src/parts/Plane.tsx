import type { ComponentChildren, SVGAttributes } from "preact";

import { EMOTIONS, type Emotion, PLACES } from "../emotion/emotion";
import { emotionName } from "../words";
import "./Plane.css";

interface Props extends Pick<SVGAttributes<SVGSVGElement>, "onClick"> {
  readonly label: string;
  /** What lies below the words, such as a crowd of dots. */
  readonly children?: ComponentChildren;
}

/** Valence to the right, arousal upwards, each from -1 to 1, with the moods where they lie. */
export function Plane({ label, children, ...events }: Props) {
  return (
    <svg class="map" viewBox="-1.08 -1.08 2.16 2.16" role="img" aria-label={label} {...events}>
      <rect class="ground" x="-1" y="-1" width="2" height="2" rx="0.04" />
      <path class="axes" d="M-1 0H1M0-1V1" />
      {children}
      {EMOTIONS.map((emotion) => {
        const said = emotionName(emotion);
        const [x, y] = besides(emotion, said);
        return (
          <text key={emotion} x={x} y={y}>
            {said}
          </text>
        );
      })}
    </svg>
  );
}

/** Height of the largest letters, and from a place to the word for it, with room for a point. */
const LETTER = 0.118;
const OFF = 0.14;

/** As far from the centre as a word may reach. */
const EDGE = 0.96;

/** Their places lie close below that of anger. */
const BELOW: ReadonlySet<Emotion> = new Set(["fearful", "disgust"]);

/** Where a word is inside the plane, and no point that lies in its place covers it. */
function besides(emotion: Emotion, said: string): readonly [x: number, y: number] {
  const [valence, arousal] = PLACES[emotion];
  const wide = /[\u2e80-\uffff]/.test(said) ? 1 : 0.58;
  const room = EDGE - (said.length * wide * LETTER) / 2;
  const y = BELOW.has(emotion) ? OFF - arousal : -OFF - arousal;
  return [Math.min(Math.max(valence, -room), room), Math.max(y, LETTER / 2 - EDGE)];
}
