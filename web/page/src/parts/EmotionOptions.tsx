import { EMOTIONS } from "../emotion/emotion";
import { emotionName } from "../words";

/** The eight emotions in a list to choose from. */
export function EmotionOptions() {
  return (
    <>
      {EMOTIONS.map((emotion) => (
        <option key={emotion} value={emotion}>
          {emotionName(emotion)}
        </option>
      ))}
    </>
  );
}
