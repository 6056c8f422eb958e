import { EMOTIONS, word } from "../emotion";

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
