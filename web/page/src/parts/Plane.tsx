import type { ComponentChildren, SVGAttributes } from "preact";

import { EMOTIONS, type Emotion, PLACES } from "../emotion/emotion";
import { emotionName } from "../words";
import "./Plane.css";

interface Props extends Pick<SVGAttributes<SVGSVGElement>, "onClick"> {
  readonly label: string;
  /** Drawn below the labels. */
  readonly children?: ComponentChildren;
}

/** The plane of valence (right) and arousal (up), each from -1 to 1, with the emotions. */
export function Plane({ label, children, ...events }: Props) {
  return (
    <svg class="map" viewBox="-1.08 -1.08 2.16 2.16" role="img" aria-label={label} {...events}>
      <rect class="ground" x="-1" y="-1" width="2" height="2" rx="0.04" />
      <path class="axes" d="M-1 0H1M0-1V1" />
      {children}
      {EMOTIONS.map((emotion) => {
        const name = emotionName(emotion);
        const [x, y] = besides(emotion, name);
        return (
          <text key={emotion} x={x} y={y}>
            {name}
          </text>
        );
      })}
    </svg>
  );
}

/** Height of the largest letters, and distance of a label from its place. */
const LETTER = 0.118;
const OFF = 0.14;

/** Labels stay within this distance of the centre. */
const EDGE = 0.96;

/** Labels placed below, because the label of anger is close above. */
const BELOW: ReadonlySet<Emotion> = new Set(["fearful", "disgust"]);

/** Places a label inside the plane and clear of its point. */
function besides(emotion: Emotion, label: string): readonly [x: number, y: number] {
  const [valence, arousal] = PLACES[emotion];
  const wide = /[\u2e80-\uffff]/.test(label) ? 1 : 0.58;
  const room = EDGE - (label.length * wide * LETTER) / 2;
  const y = BELOW.has(emotion) ? OFF - arousal : -OFF - arousal;
  return [Math.min(Math.max(valence, -room), room), Math.max(y, LETTER / 2 - EDGE)];
}
