import { EMOTIONS } from "../emotion/emotion";
import { emotionName } from "../words";

/** The emotions as options of a select. */
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
