import { updatePreferences, preferences } from "../source/source";
import { words } from "../words";

/** Asks for the address of a stream, a file or a web page. */
export function UrlPanel() {
  const text = words.value.chooser;
  return (
    <>
      <label class="field">
        {text.url}
        <input
          type="url"
          inputMode="url"
          maxLength={2000}
          value={preferences.value.url}
          onInput={({ currentTarget }) => updatePreferences({ url: currentTarget.value })}
        />
      </label>
      <p class="hint">{text.urlHint}</p>
    </>
  );
}
