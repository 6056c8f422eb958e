import type { ComponentChildren } from "preact";

import type { Emotion } from "../emotion/emotion";
import { clock, dayAndTime, timeOfDay } from "../words/format";
import { select } from "./selection";
import type { Download } from "../server/wire";
import { emotionName, words } from "../words";
import { Shape } from "../parts/Shape";
import "./DownloadTable.css";

const COLUMNS = {
  day: ({ at }) => (
    <time dateTime={at} title={at}>
      {dayAndTime(at)}
    </time>
  ),
  time: (item) => <time dateTime={item.at}>{timeOfDay(item)}</time>,
  at: ({ t }) => clock(t),
  track: ({ title, artist }) => (
    <>
      {title} <span>{artist}</span>
    </>
  ),
  mood: ({ mood }) => <EmotionLabel emotion={mood} />,
  voice: ({ voice }) => <EmotionLabel emotion={voice} />,
  face: ({ face }) => <EmotionLabel emotion={face} />,
  mode: ({ mode }) => (mode === null ? words.value.common.nothing : words.value.cues.modes[mode]),
  rank: ({ rank }) => rank ?? words.value.common.nothing,
  session: ({ session }) => (
    <button
      type="button"
      class="link"
      aria-label={words.value.log.onlySession(session.slice(0, 8))}
      onClick={() => select({ session })}
    >
      {session.slice(0, 8)}
    </button>
  ),
} as const satisfies Record<string, (item: Download) => ComponentChildren>;

/** Columns whose name is repeated in each cell where the header is hidden. */
const NAMED: ReadonlySet<string> = new Set(["mood", "voice", "face", "mode", "rank", "session"]);

type Column = keyof typeof COLUMNS;

function nameOf(column: Column): string {
  return words.value.log.columns[column === "day" ? "time" : column];
}

interface Props {
  readonly items: readonly Download[];
  readonly columns: readonly Column[];
}

export function DownloadTable({ items, columns }: Props) {
  return (
    <table>
      <thead>
        <tr>
          {columns.map((key) => (
            <th scope="col" key={key}>
              {nameOf(key)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={item.id} data-testid="download-row">
            {columns.map((key) =>
              key === "track" ? (
                <th scope="row" key={key}>
                  {COLUMNS[key](item)}
                </th>
              ) : (
                <td key={key} data-of={NAMED.has(key) ? nameOf(key) : undefined}>
                  {COLUMNS[key](item)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function EmotionLabel({ emotion }: { emotion: Emotion | null }) {
  if (emotion === null) return <>{words.value.common.nothing}</>;
  return (
    <span class="felt">
      <Shape emotion={emotion} />
      {emotionName(emotion)}
    </span>
  );
}
