import { clock, percent } from "../words/format";
import { type Mark, type Play, pointAt, spans, type Timeline } from "./timeline";
import type { Opinion } from "../server/wire";
import { emotionName, words } from "../words";
import { Shape } from "../parts/Shape";
import "./Readout.css";

interface MomentProps {
  readonly t: number;
  readonly timeline: Timeline;
  readonly marks: readonly Mark[];
  readonly play: Play | null;
}

/** Everything known about one moment. */
export function Readout({ t, timeline, marks, play }: MomentProps) {
  const { lanes, marks: kinds } = words.value.timeline;
  const point = pointAt(timeline, t);
  return (
    <dl class="readout" data-testid="readout">
      <div>
        <dt>{words.value.timeline.time}</dt>
        <dd>{clock(t)}</dd>
      </div>
      {point !== null && (
        <>
          <div>
            <dt>{lanes.mood}</dt>
            <dd>
              <Shape emotion={point.label} />
              {emotionName(point.label)} {percent(point.confidence)}
            </dd>
          </div>
          <OpinionRow name={lanes.voice} opinion={point.voice} />
          <OpinionRow name={lanes.face} opinion={point.face} />
        </>
      )}
      {play !== null && (
        <div class="mark">
          <dt>{lanes.music}</dt>
          <dd>{playInWords(play)}</dd>
        </div>
      )}
      {marks.map(({ kind, t: when, text, id }) => (
        <div key={`${kind} ${when} ${id}`} class="mark">
          <dt>
            {kinds[kind]} {clock(when)}
          </dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

function OpinionRow({ name, opinion }: { name: string; opinion: Opinion | null }) {
  const { doubts } = words.value.mood;
  if (opinion === null) return null;
  const { label, reliability, doubt } = opinion;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {doubt !== null && <span class="doubt">{doubts[doubt]}</span>}
        {doubt === null && (
          <>
            <Shape emotion={label} />
            {emotionName(label)}{" "}
            <span class="doubt">{words.value.mood.weight(percent(reliability))}</span>
          </>
        )}
      </dd>
    </div>
  );
}

/** The same as text, for screen readers. */
export function describeMoment({ t, timeline, marks, play }: MomentProps): string {
  const { timeline: text, mood } = words.value;
  const point = pointAt(timeline, t);
  const opinionOf = (name: string, opinion: Opinion | null): string | null =>
    opinion &&
    `${name}: ${opinion.doubt ? mood.doubts[opinion.doubt] : emotionName(opinion.label)}`;
  return [
    clock(t),
    point && `${emotionName(point.label)} ${percent(point.confidence)}`,
    point && opinionOf(text.lanes.voice, point.voice),
    point && opinionOf(text.lanes.face, point.face),
    play && `${text.lanes.music}: ${playInWords(play)}`,
    ...marks.map((mark) => `${text.marks[mark.kind]}: ${mark.text}`),
  ]
    .filter((part) => part !== null)
    .join(". ");
}

function playInWords({ title, artist }: Play): string {
  return artist === "" ? title : `${title} · ${artist}`;
}

/** Summarises a timeline for screen readers. */
export function summary(timeline: Timeline): string {
  const last = timeline.points.at(-1);
  const text = words.value.timeline;
  if (last === undefined) return text.none;
  const changes = spans(timeline).length - 1;
  return text.summary(clock(last.t), changes, emotionName(last.label));
}
