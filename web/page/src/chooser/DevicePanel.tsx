import { useEffect, useState } from "preact/hooks";

import { listInputs } from "../server/api";
import { explain, type Problem } from "../problem/problem";
import {
  updatePreferences,
  preferences,
  readChannels,
  type InputSelection,
} from "../source/source";
import type { InputDevice } from "../server/wire";
import { words } from "../words";
import { ProblemBanner } from "../problem/ProblemBanner";

/** Numbers to offer: listing the cameras of the server would mean opening each. */
const CAMERAS = [0, 1, 2, 3];

/** Selects an audio input of the server, its channels, and a camera. */
export function DevicePanel() {
  const [inputs, setInputs] = useState<readonly InputDevice[] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const { input } = preferences.value;
  const [channels, setChannels] = useState(input.channels.join(", "));
  const text = words.value.chooser;

  async function search(): Promise<void> {
    setInputs(null);
    setProblem(null);
    try {
      setInputs(await listInputs());
    } catch (error) {
      setProblem(explain(error));
    }
  }

  useEffect(() => void search(), []);

  const change = (changed: Partial<InputSelection>): void =>
    updatePreferences({ input: { ...input, ...changed } });

  if (problem !== null) {
    return (
      <ProblemBanner
        problem={problem}
        onRemedy={() => void search()}
        onDismiss={() => setProblem(null)}
      />
    );
  }
  if (inputs === null) return <p class="hint">{text.searching}</p>;
  if (inputs.length === 0) {
    return (
      <>
        <p>{text.noInputs}</p>
        <button type="button" onClick={() => void search()}>
          {text.searchAgain}
        </button>
      </>
    );
  }
  return (
    <>
      <label class="field">
        {text.device}
        <select
          value={input.device}
          onChange={({ currentTarget }) => change({ device: currentTarget.value })}
        >
          <option value="">{text.defaultDevice}</option>
          {inputs.map(({ number, name, channels: count, rate }) => (
            <option key={number} value={name}>
              {name} ({text.inputs(count, rate)})
            </option>
          ))}
        </select>
      </label>
      <div class="fields">
        <label class="field">
          {text.channels}
          <input
            inputMode="numeric"
            placeholder="1, 2"
            value={channels}
            aria-describedby="channels-hint"
            aria-invalid={readChannels(channels) === null}
            onInput={({ currentTarget }) => {
              setChannels(currentTarget.value);
              const read = readChannels(currentTarget.value);
              if (read !== null) change({ channels: read });
            }}
          />
          <span class="hint" id="channels-hint">
            {text.channelsHint}
          </span>
        </label>
        <label class="field">
          {text.serverCamera}
          <select
            value={input.camera ?? ""}
            onChange={({ currentTarget: { value } }) =>
              change({ camera: value === "" ? null : Number(value) })
            }
          >
            <option value="">{text.noServerCamera}</option>
            {CAMERAS.map((number) => (
              <option key={number} value={number}>
                {text.serverCameraNumber(number)}
              </option>
            ))}
          </select>
        </label>
      </div>
    </>
  );
}
