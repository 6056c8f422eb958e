import { useState } from "preact/hooks";

import { megabytes } from "../../format";
import { words } from "../../words";
import { Icon } from "../Icon";

/** Some containers have no type of their own in browsers. */
const ACCEPTED = "audio/*,video/*,.mkv,.mka,.ts,.m2ts,.mxf,.flac";

interface Props {
  readonly file: File | null;
  readonly onChoose: (file: File) => void;
}

/** A file, chosen or dropped, and the two ways it can be read. */
export function FilePanel({ file, onChoose }: Props) {
  const [over, setOver] = useState(false);
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
        {file === null ? (
          <span>{chooser.drop}</span>
        ) : (
          <>
            <strong>{file.name}</strong>
            <span>
              {megabytes(file.size)} · {chooser.another}
            </span>
          </>
        )}
        <input
          type="file"
          class="visually-hidden"
          data-testid="file"
          accept={ACCEPTED}
          onChange={({ currentTarget: { files } }) => {
            if (files?.[0] !== undefined) onChoose(files[0]);
          }}
        />
      </label>
      <p class="hint">{chooser.ways}</p>
    </>
  );
}
