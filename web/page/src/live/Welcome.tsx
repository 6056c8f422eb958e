import { useState } from "preact/hooks";

import { EMOTIONS } from "../mood/emotion";
import { preferences, take } from "../source/source";
import { word, words } from "../words";
import { SourceChooser } from "../source/chooser/SourceChooser";
import { Honesty } from "../frame/Honesty";
import { Shape } from "../mood/Shape";

/** What will happen, before anything does. A file may be dropped anywhere. */
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
        if (dropped !== undefined) take(dropped);
      }}
    >
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
      <section class="card" aria-label={words.value.chooser.title}>
        <SourceChooser />
      </section>
      <details class="before" open={firstVisit}>
        <summary>{text.before}</summary>
        <Honesty />
      </details>
    </div>
  );
}
