import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { EMOTIONS, word } from "../emotion";
import { devices, start } from "../live";
import { listDevices } from "../media";
import { DeviceChoice } from "./DeviceChoice";
import { Shape } from "./Shape";

const agreed = signal(false);

const local = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);

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
        <ul class="legend" aria-label="The eight moods it tells apart">
          {EMOTIONS.map((emotion) => (
            <li key={emotion}>
              <Shape emotion={emotion} />
              {word(emotion)}
            </li>
          ))}
        </ul>
      </div>

      <section class="card" aria-labelledby="before">
        <h3 id="before">Before you start</h3>
        <dl>
          <dt>What is analysed</dt>
          <dd>How your voice sounds and how your face looks, once every second.</dd>
          <dt>Where it goes</dt>
          <dd>
            {local
              ? "Nothing leaves this machine"
              : `To the Moodcue server at ${location.host}, and no further`}
            , except when you play an online track: its sound comes from the web. Sound and
            pictures are never stored; moods and downloads are, as numbers.
          </dd>
          <dt>What it is worth</dt>
          <dd>
            Moods are estimates and can be wrong. Do not judge people by them: the EU AI Act limits
            the reading of emotions at work and in schools.
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
        <p class="hint">Without a camera, you see it work on a short clip that comes with it.</p>
      </section>
    </div>
  );
}
