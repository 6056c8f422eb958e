import type { ComponentChildren } from "preact";

import type { Phase } from "../session/phase";
import type { Face } from "../server/wire";
import { emotionName, words } from "../words";
import { Shape } from "../parts/Shape";
import "./Picture.css";

interface Props {
  readonly phase: Phase;
  /** Width by height. */
  readonly aspect: number;
  readonly faces: readonly Face[];
  readonly mirrored?: boolean;
  readonly children: ComponentChildren;
}

/** A frame with the aspect ratio of the analysed video, with boxes around faces. */
export function Picture({ phase, aspect, faces, mirrored = false, children }: Props) {
  return (
    <div class={`picture ${phase}`} style={{ "--aspect": String(aspect) }}>
      {children}
      {faces.map((face) => (
        <FaceBox key={face.id} face={face} mirrored={mirrored} />
      ))}
    </div>
  );
}

/** Fractions of the frame's height: faces too small for a label inside, and room for one above. */
const SMALL = 0.3;
const HEADROOM = 0.15;

/** The box is mirrored with the video, its label is not. */
function FaceBox({ face, mirrored }: { face: Face; mirrored: boolean }) {
  const { box, label, speaking } = face;
  const [x, y, width, height] = box;
  const place = height >= SMALL ? "" : y >= HEADROOM ? "above" : "below";
  return (
    <div
      class={`face ${label} ${speaking ? "speaking" : ""} ${place}`}
      data-testid="face-box"
      style={{
        // Container units let the box move without layout.
        transform: `translate(${100 * (mirrored ? 1 - x - width : x)}cqw, ${100 * y}cqh)`,
        width: `${100 * width}cqw`,
        height: `${100 * height}cqh`,
      }}
    >
      <span>
        <Shape emotion={label} />
        {emotionName(label)}
        {speaking && <em>{words.value.stage.speaking}</em>}
      </span>
    </div>
  );
}
