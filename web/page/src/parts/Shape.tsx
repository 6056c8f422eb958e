import { SHAPES, type Emotion } from "../emotion/emotion";
import "./Icon.css";
import "./Shape.css";

/** The outline of an emotion, in its colour. */
export function Shape({ emotion }: { emotion: Emotion }) {
  return (
    <svg class={`shape ${emotion}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={SHAPES[emotion]} />
    </svg>
  );
}
