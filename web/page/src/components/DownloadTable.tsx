import type { ComponentChildren } from "preact";

import { type Emotion, word } from "../emotion";
import { clock, dayAndTime, timeOfDay } from "../format";
import { select } from "../selection";
import type { Download } from "../wire";
import { Shape } from "./Shape";

interface Column {
  readonly name: string;
  readonly cell: (item: Download) => ComponentChildren;
}

const COLUMNS = {
  day: {
    name: "Time",
    cell: ({ at }) => (
      <time dateTime={at} title={at}>
        {dayAndTime(at)}
      </time>
    ),
  },
  time: { name: "Time", cell: (item) => <time dateTime={item.at}>{timeOfDay(item)}</time> },
  at: { name: "At", cell: ({ t }) => clock(t) },
  track: {
    name: "Track",
    cell: ({ title, artist }) => (
      <>
        {title} <span>{artist}</span>
      </>
    ),
  },
  mood: { name: "Mood", cell: ({ mood }) => <Felt emotion={mood} /> },
  voice: { name: "Voice", cell: ({ voice }) => <Felt emotion={voice} /> },
  face: { name: "Face", cell: ({ face }) => <Felt emotion={face} /> },
  mode: { name: "Mode", cell: ({ mode }) => mode ?? "–" },
  rank: { name: "Rank", cell: ({ rank }) => rank ?? "–" },
  session: {
    name: "Session",
    cell: ({ session }) => (
      <button
        type="button"
        class="link"
        aria-label={`Only session ${session}`}
        onClick={() => select({ session })}
      >
        {session.slice(0, 8)}
      </button>
    ),
  },
} as const satisfies Record<string, Column>;

/** Said beside the value where there is no room for a head. */
const NAMED: ReadonlySet<string> = new Set(["mood", "voice", "face", "mode", "rank", "session"]);

interface Props {
  readonly items: readonly Download[];
  readonly columns: readonly (keyof typeof COLUMNS)[];
}

export function DownloadTable({ items, columns }: Props) {
  return (
    <table>
      <thead>
        <tr>
          {columns.map((key) => (
            <th scope="col" key={key}>
              {COLUMNS[key].name}
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
                  {COLUMNS[key].cell(item)}
                </th>
              ) : (
                <td key={key} data-of={NAMED.has(key) ? COLUMNS[key].name : undefined}>
                  {COLUMNS[key].cell(item)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Felt({ emotion }: { emotion: Emotion | null }) {
  if (emotion === null) return <>–</>;
  return (
    <span class="felt">
      <Shape emotion={emotion} />
      {word(emotion)}
    </span>
  );
}
