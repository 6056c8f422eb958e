import type { FunctionComponent } from "preact";

import { start } from "../session/session";
import { chosen, file, KINDS, prefer, preferences, type Kind } from "../source/source";
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
  encoder: WhipPanel,
  studio: DevicePanel,
  address: UrlPanel,
};

/** Where sound and picture come from, the consent, and Start. */
export function SourceChooser() {
  const { kind, agreed } = preferences.value;
  const { welcome, chooser } = words.value;
  const source = chosen(preferences.value, file.value);
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
                data-testid={`kind-${each}`}
                checked={each === kind}
                onChange={() => prefer({ kind: each })}
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
          data-testid="consent"
          checked={agreed}
          onChange={({ currentTarget }) => prefer({ agreed: currentTarget.checked })}
        />
        <span>{welcome.consent}</span>
      </label>

      <div class="row">
        <button
          type="submit"
          class="primary large"
          data-testid="start"
          disabled={!agreed || source === null}
        >
          {chooser.start[kind]}
        </button>
        {source?.kind === "playback" && (
          <button
            type="button"
            data-testid="upload"
            disabled={!agreed}
            onClick={() => void start({ kind: "upload", file: source.file })}
          >
            {chooser.upload}
          </button>
        )}
        {kind === "camera" && (
          <button type="button" data-testid="sample" onClick={() => void start({ kind: "sample" })}>
            {welcome.sample}
          </button>
        )}
      </div>
      {kind === "camera" && <p class="hint">{welcome.sampleHint}</p>}
    </form>
  );
}
