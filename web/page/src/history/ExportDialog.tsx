import { useRef, useState } from "preact/hooks";

import { exportAddress } from "../server/addresses";
import type { ExportQuery } from "../server/api";
import { accessTo } from "../server/tokens";
import { language, words } from "../words";
import { Dialog } from "../parts/Dialog";
import { Icon } from "../parts/Icon";

interface Props {
  readonly id: string;
  readonly title: string;
  readonly onClose: () => void;
}

type Format = ExportQuery["format"];

/** Formats without a frame rate. */
const FRAMELESS: ReadonlySet<Format> = new Set(["vtt", "svg", "png"]);

const RATES = ["23.976", "24", "25", "29.97", "30", "50", "59.94", "60"] as const;

/** Rates that have a drop-frame timecode. */
const DROP_FRAME: ReadonlySet<string> = new Set(["29.97", "59.94"]);

/** Exports a session in a format of choice. */
export function ExportDialog({ id, title, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const [format, setFormat] = useState<Format>("otio");
  const [rate, setRate] = useState("25");
  const [start, setStart] = useState("00:00:00:00");
  const text = words.value.export;
  const formats = Object.keys(text.formats) as Format[];
  const framed = !FRAMELESS.has(format);

  const [frames, dropFrame] = rate.split(" ");
  const options: ExportQuery = {
    format,
    language: language.value,
    ...(framed && { rate: frames ?? rate, start, drop_frame: dropFrame !== undefined }),
  };

  return (
    <Dialog dialog={dialog} labelledBy="export-title" onClose={onClose}>
      <form ref={form} method="dialog">
        <h2 id="export-title">{text.title(title)}</h2>
        <label>
          {text.format}
          <select
            value={format}
            onChange={({ currentTarget }) => setFormat(currentTarget.value as Format)}
          >
            {formats.map((each) => (
              <option key={each} value={each}>
                {text.formats[each]}
              </option>
            ))}
          </select>
        </label>
        {framed && (
          <>
            <label>
              {text.rate}
              <select value={rate} onChange={({ currentTarget }) => setRate(currentTarget.value)}>
                {RATES.flatMap((each) => [
                  <option key={each} value={each}>
                    {each}
                  </option>,
                  DROP_FRAME.has(each) && (
                    <option key={`${each} drop`} value={`${each} drop`}>
                      {text.dropFrame(each)}
                    </option>
                  ),
                ])}
              </select>
            </label>
            <label>
              {text.start}
              <input
                value={start}
                required
                pattern="\d\d:[0-5]\d:[0-5]\d[:;]\d\d"
                aria-describedby="export-start-hint"
                onInput={({ currentTarget }) => setStart(currentTarget.value)}
              />
            </label>
            <p id="export-start-hint" class="hint">
              {text.startHint}
            </p>
          </>
        )}
        <div class="row">
          <button type="button" onClick={() => dialog.current?.close()}>
            {words.value.common.cancel}
          </button>
          <a
            class="button primary"
            href={exportAddress(accessTo(id), options)}
            download
            onClick={(event) => {
              if (form.current?.reportValidity() === true) dialog.current?.close();
              else event.preventDefault();
            }}
          >
            <Icon name="download" />
            {text.save}
          </a>
        </div>
      </form>
    </Dialog>
  );
}
