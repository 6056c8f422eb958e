import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { EMOTIONS } from "../emotion";
import { devices, start } from "../live";
import { listDevices } from "../media";
import { word, words } from "../words";
import { DeviceChoice } from "./DeviceChoice";
import { Shape } from "./Shape";

const agreed = signal(false);

const local = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);

/** What will happen, before anything does. */
export function Welcome() {
  useEffect(() => {
    void listDevices().then((found) => (devices.value = found));
  }, []);

  const text = words.value.welcome;
  return (
    <div class="welcome">
      <div class="lead">
        <h2>{text.lead}</h2>
        <p>{text.about}</p>
        <ul class="legend" aria-label={text.moods}>
          {EMOTIONS.map((emotion) => (
            <li key={emotion}>
              <Shape emotion={emotion} />
              {word(emotion)}
            </li>
          ))}
        </ul>
      </div>

      <section class="card" aria-labelledby="before">
        <h3 id="before">{text.before}</h3>
        <dl>
          <dt>{text.what}</dt>
          <dd>{text.whatText}</dd>
          <dt>{text.where}</dt>
          <dd>{text.whereText(local ? null : location.host)}</dd>
          <dt>{text.worth}</dt>
          <dd>{text.worthText}</dd>
        </dl>

        <label class="consent">
          <input
            type="checkbox"
            data-testid="consent"
            checked={agreed.value}
            onChange={({ currentTarget }) => (agreed.value = currentTarget.checked)}
          />
          <span>{text.consent}</span>
        </label>

        <DeviceChoice />

        <div class="row">
          <button
            type="button"
            class="primary large"
            data-testid="start"
            disabled={!agreed.value}
            onClick={() => void start("browser")}
          >
            {text.start}
          </button>
          <button type="button" data-testid="sample" onClick={() => void start("sample")}>
            {text.sample}
          </button>
        </div>
        <p class="hint">{text.sampleHint}</p>
      </section>
    </div>
  );
}
