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

/** A frame in the shape of the analysed picture: fractions of it are fractions of the frame. */
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

/** Heights, as fractions of the frame: faces that words would hide, and room for words above. */
const SMALL = 0.3;
const HEADROOM = 0.15;

/** The box follows the mirror; its words do not, so that they can be read. */
function FaceBox({ face, mirrored }: { face: Face; mirrored: boolean }) {
  const { box, label, speaking } = face;
  const [x, y, width, height] = box;
  const place = height >= SMALL ? "" : y >= HEADROOM ? "above" : "below";
  return (
    <div
      class={`face ${label} ${speaking ? "speaking" : ""} ${place}`}
      data-testid="face-box"
      style={{
        // Fractions of the picture, which is the box's container: moving needs no layout then.
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
