import { EMOTIONS } from "../emotion/emotion";
import { word } from "../words";

/** The eight emotions in a list to choose from. */
export function EmotionOptions() {
  return (
    <>
      {EMOTIONS.map((emotion) => (
        <option key={emotion} value={emotion}>
          {word(emotion)}
        </option>
      ))}
    </>
  );
}
