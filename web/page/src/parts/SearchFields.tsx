import { EMOTIONS, type Emotion } from "../emotion/emotion";
import { emotionName, words } from "../words";
import { Choice } from "./Choice";
import "./SearchFields.css";

interface Props {
  /** Label of the text field. */
  readonly label: string;
  readonly sought: string;
  /** "" for any. */
  readonly emotion: Emotion | "";
  readonly onChange: (changed: { words: string } | { emotion: Emotion | "" }) => void;
}

/** A search field and a mood filter. */
export function SearchFields({ label, sought, emotion, onChange }: Props) {
  const { library, common } = words.value;
  return (
    <>
      <label>
        {label}
        <input
          type="search"
          value={sought}
          maxLength={200}
          onInput={({ currentTarget }) => onChange({ words: currentTarget.value })}
        />
      </label>
      <Choice
        label={library.mood}
        value={emotion}
        options={[["", common.any], ...EMOTIONS.map((each) => [each, emotionName(each)] as const)]}
        onChoose={(chosen) => onChange({ emotion: chosen })}
      />
    </>
  );
}
