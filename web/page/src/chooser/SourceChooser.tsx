import { createRef, type FunctionComponent } from "preact";

import { start } from "../session/session";
import {
  selectedSource,
  file,
  KINDS,
  updatePreferences,
  preferences,
  type Kind,
} from "../source/source";
import { words } from "../words";
import { Icon } from "../parts/Icon";
import { UrlPanel } from "./UrlPanel";
import { CameraPanel } from "./CameraPanel";
import { WhipPanel } from "./WhipPanel";
import { FilePanel } from "./FilePanel";
import { ScreenPanel } from "./ScreenPanel";
import { DevicePanel } from "./DevicePanel";
import "./SourceChooser.css";

const PANELS: Readonly<Record<Kind, FunctionComponent>> = {
  camera: CameraPanel,
  screen: ScreenPanel,
  file: FilePanel,
  whip: WhipPanel,
  device: DevicePanel,
  url: UrlPanel,
};

/** The consent checkbox, while it is shown. */
export const consentField = createRef<HTMLInputElement>();

/** The form that selects a source, asks for consent and starts a session. */
export function SourceChooser() {
  const { kind, agreed } = preferences.value;
  const { welcome, chooser } = words.value;
  const source = selectedSource(preferences.value, file.value);
  const Panel = PANELS[kind];

  function submit(event: Event): void {
    event.preventDefault();
    if (source !== null) void start(source);
  }

  return (
    <form class="chooser" onSubmit={submit}>
      <fieldset>
        <legend>{chooser.title}</legend>
        <div class="kinds">
          {KINDS.map((each) => (
            <label key={each} class="kind">
              <input
                type="radio"
                name="kind"
                value={each}
                checked={each === kind}
                onChange={() => updatePreferences({ kind: each })}
              />
              <Icon name={each} />
              <strong>{chooser.kinds[each].name}</strong>
              <span>{chooser.kinds[each].about}</span>
            </label>
          ))}
        </div>
      </fieldset>

      <div class="panel">
        <Panel />
      </div>

      <label class="consent">
        <input
          type="checkbox"
          ref={consentField}
          checked={agreed}
          onChange={({ currentTarget }) => updatePreferences({ agreed: currentTarget.checked })}
        />
        <span>{welcome.consent}</span>
      </label>

      <div class="row">
        <button type="submit" class="primary large" disabled={!agreed || source === null}>
          {chooser.start[kind]}
        </button>
        {source?.kind === "playback" && (
          <button
            type="button"
            disabled={!agreed}
            onClick={() => void start({ kind: "upload", file: source.file })}
          >
            {chooser.upload}
          </button>
        )}
        {kind === "camera" && (
          <button type="button" onClick={() => void start({ kind: "sample" })}>
            {welcome.sample}
          </button>
        )}
      </div>
      {kind === "camera" && <p class="hint">{welcome.sampleHint}</p>}
    </form>
  );
}
