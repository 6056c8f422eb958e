import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { devices, start } from "../live";
import { listDevices } from "../media";
import { DeviceChoice } from "./DeviceChoice";

const agreed = signal(false);

/** What will happen, before anything does. */
export function Welcome() {
  useEffect(() => {
    void listDevices().then((found) => (devices.value = found));
  }, []);

  return (
    <div class="welcome">
      <div class="lead">
        <h2>Music that fits the moment, while it happens.</h2>
        <p>
          Moodcue listens to a voice, looks at a face, and suggests ten tracks that fit the mood it
          finds. You play, download and credit them; it keeps the log.
        </p>
      </div>

      <section class="card" aria-labelledby="before">
        <h3 id="before">Before you start</h3>
        <dl>
          <dt>What is analysed</dt>
          <dd>How your voice sounds and how your face looks, once every second.</dd>
          <dt>Where it goes</dt>
          <dd>
            To the Moodcue server that sent you this page, and no further. Sound and pictures are
            never stored; moods and downloads are, as numbers. Only when you play an online track
            does your browser ask incompetech.com for its sound.
          </dd>
          <dt>What it is worth</dt>
          <dd>
            Moods are estimates and can be wrong. Do not judge people by them. The EU AI Act
            restricts emotion recognition at work and in schools.
          </dd>
        </dl>

        <label class="consent">
          <input
            type="checkbox"
            data-testid="consent"
            checked={agreed.value}
            onChange={({ currentTarget }) => (agreed.value = currentTarget.checked)}
          />
          <span>
            I agree that my voice and face are analysed, and so does everyone else who can be heard
            or seen.
          </span>
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
            Start
          </button>
          <button type="button" data-testid="sample" onClick={() => void start("sample")}>
            Try it without a camera
          </button>
        </div>
        <p class="hint">The second one plays a short clip of our own. It needs no consent.</p>
      </section>
    </div>
  );
}
