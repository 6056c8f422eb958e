import { useState } from "preact/hooks";

import { EMOTIONS } from "../emotion/emotion";
import { preferences, selectFile } from "../source/source";
import { emotionName, words } from "../words";
import { SourceChooser } from "../chooser/SourceChooser";
import { Disclosure } from "../parts/Disclosure";
import { Shape } from "../parts/Shape";
import "./Welcome.css";

/** The welcome page. A file can be dropped anywhere on it. */
export function Welcome() {
  const [firstVisit] = useState(!preferences.peek().agreed);
  const text = words.value.welcome;
  return (
    <div
      class="welcome"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        const dropped = event.dataTransfer?.files[0];
        if (dropped !== undefined) selectFile(dropped);
      }}
    >
      <div class="lead">
        <h2>{text.lead}</h2>
        <p>{text.about}</p>
        <ul class="legend" aria-label={text.moods}>
          {EMOTIONS.map((emotion) => (
            <li key={emotion}>
              <Shape emotion={emotion} />
              {emotionName(emotion)}
            </li>
          ))}
        </ul>
      </div>
      <section class="card" aria-label={words.value.chooser.title}>
        <SourceChooser />
      </section>
      <details class="before" open={firstVisit}>
        <summary>{text.before}</summary>
        <Disclosure />
      </details>
    </div>
  );
}
