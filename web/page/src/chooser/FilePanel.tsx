import { useState } from "preact/hooks";

import { megabytes } from "../words/format";
import { file, selectFile } from "../source/source";
import { words } from "../words";
import { Icon } from "../parts/Icon";
import "./FilePanel.css";

/** Browsers know no MIME type for some containers. */
const ACCEPTED = "audio/*,video/*,.mkv,.mka,.ts,.m2ts,.mxf,.flac";

/** Selects a file, by a dialog or by drag and drop. */
export function FilePanel() {
  const [over, setOver] = useState(false);
  const current = file.value;
  const { chooser } = words.value;
  return (
    <>
      <label
        class={over ? "drop over" : "drop"}
        data-testid="drop"
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={() => setOver(false)}
      >
        <Icon name="file" />
        {current === null ? (
          <span>{chooser.drop}</span>
        ) : (
          <>
            <strong>{current.name}</strong>
            <span>
              {megabytes(current.size)} · {chooser.another}
            </span>
          </>
        )}
        <input
          type="file"
          class="visually-hidden"
          accept={ACCEPTED}
          onChange={({ currentTarget: { files } }) => {
            if (files?.[0] !== undefined) selectFile(files[0]);
          }}
        />
      </label>
      <p class="hint">{chooser.ways}</p>
    </>
  );
}
