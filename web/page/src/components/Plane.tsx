import type { ComponentChildren, SVGAttributes } from "preact";

import { EMOTIONS, PLACES } from "../emotion";
import { word } from "../words";

interface Props extends Pick<SVGAttributes<SVGSVGElement>, "onClick"> {
  readonly label: string;
  /** What lies below the words, such as a crowd of dots. */
  readonly children?: ComponentChildren;
  /** What lies above them. */
  readonly over?: ComponentChildren;
}

/** Valence to the right, arousal upwards, each from -1 to 1, with the moods where they lie. */
export function Plane({ label, children, over, ...events }: Props) {
  return (
    <svg
      class="map"
      viewBox="-1.08 -1.08 2.16 2.16"
      role="img"
      aria-label={label}
      data-testid="plane"
      {...events}
    >
      <rect class="ground" x="-1" y="-1" width="2" height="2" rx="0.04" />
      <path class="axes" d="M-1 0H1M0-1V1" />
      {children}
      {EMOTIONS.map((emotion) => (
        <text key={emotion} x={PLACES[emotion][0]} y={-PLACES[emotion][1]}>
          {word(emotion)}
        </text>
      ))}
      {over}
    </svg>
  );
}
