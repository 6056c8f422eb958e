import type { Signal } from "@preact/signals";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";

import { clock, percent } from "../format";
import { watchGestures } from "../gestures";
import { usePlot } from "../plot";
import { at, between, type Mark, nearest, type Opinion, spans, stacked, type Timeline } from "../timeline";
import { buildTimeline, type Drawn, HEIGHT, LEFT, MAX_SHOWN, RIGHT } from "../timelinePlot";
import { pan, rangeOf, reveal, type View, WHOLE, zoom } from "../view";
import { word, words } from "../words";
import { Icon } from "./Icon";
import { Shape } from "./Shape";

interface Props {
  readonly timeline: Timeline;
  readonly marks: readonly Mark[];
  /** Seconds on the axis when all of it is seen. */
  readonly length: number;
  /** The part that is seen; several timelines may share one. */
  readonly view: Signal<View>;
  readonly label: string;
  /** Where a replay is; null while a session runs. */
  readonly playhead?: number | null;
  readonly onSeek?: (t: number) => void;
}

/** How much closer one step of the keys and the buttons goes. */
const CLOSER = 0.6;

/** Seconds of one step with Shift, and of a page. */
const STRIDE = 10;
const PAGE = 60;

/** As far from a mark as one may point and still mean it, as a share of what is seen. */
const REACH = 0.006;

/** Mood, voice, face and marks of a session over time, and in words what was at one moment. */
export function TimelineChart(props: Props) {
  const { timeline, marks, length, view, label, playhead = null, onSeek } = props;
  const [hovered, setHovered] = useState<number | null>(null);
  const [inspected, setInspected] = useState<number | null>(null);
  const text = words.value;
  const { from, to } = rangeOf(view.value, length);
  const shown = useMemo(() => between(timeline, from, to, MAX_SHOWN), [timeline, from, to]);
  const drawn: Drawn = {
    timeline: shown,
    marks,
    range: { from, to },
    names: { ...text.emotions, ...text.timeline.lanes },
  };
  const latest = useRef({ drawn, props });
  latest.current = { drawn, props };

  const build = useCallback(
    (element: HTMLElement) => buildTimeline(element, () => latest.current.drawn, setHovered),
    [],
  );
  const { place, chart } = usePlot(HEIGHT, build);

  useEffect(() => {
    chart.current?.setData(stacked(latest.current.drawn.timeline));
  }, [shown, marks, text]);

  const choose = (t: number): void => {
    const { length: most, view: seen, onSeek: seek } = latest.current.props;
    const chosen = Math.min(Math.max(t, 0), most);
    seen.value = reveal(seen.peek(), most, chosen);
    if (seek) seek(chosen);
    else setInspected(chosen);
  };

  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const span = (): number => latest.current.drawn.range.to - latest.current.drawn.range.from;
    const moment = (share: number): number => latest.current.drawn.range.from + share * span();
    const change = (next: (view: View, most: number) => View): void => {
      const { view: seen, length: most } = latest.current.props;
      seen.value = next(seen.peek(), most);
    };
    return watchGestures(element, () => chart.current?.over ?? element, {
      zoom: (factor, centre) => change((seen, most) => zoom(seen, most, factor, moment(centre))),
      pan: (by) => change((seen, most) => pan(seen, most, by * span())),
      tap: (share) => choose(moment(share)),
    });
  }, []);

  const needle = inspected ?? playhead;
  const told = hovered ?? needle;
  const reach = Math.max(REACH * (to - from), shown.step / 2);

  function onKeyDown(event: KeyboardEvent): void {
    const here = needle ?? length;
    const step = event.shiftKey ? STRIDE : timeline.step;
    const moves: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => choose(here - step),
      ArrowRight: () => choose(here + step),
      PageUp: () => choose(here - PAGE),
      PageDown: () => choose(here + PAGE),
      Home: () => choose(0),
      End: () => choose(length),
      "+": () => (view.value = zoom(view.value, length, CLOSER, needle ?? undefined)),
      "-": () => (view.value = zoom(view.value, length, 1 / CLOSER, needle ?? undefined)),
      "0": () => (view.value = WHOLE),
      Escape: () => setInspected(null),
    };
    const move = moves[event.key === "=" ? "+" : event.key];
    if (move === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    // The pointer may still rest on another moment.
    setHovered(null);
    move();
  }

  return (
    <div class="strip">
      <div
        ref={place}
        class={onSeek ? "plot seekable" : "plot"}
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={Math.round(length)}
        aria-valuenow={Math.round(needle ?? 0)}
        aria-valuetext={
          needle === null
            ? text.timeline.latest
            : inWords(needle, timeline, nearest(marks, needle, reach))
        }
        data-testid="timeline"
        onKeyDown={onKeyDown}
        onBlur={() => setInspected(null)}
      />
      {needle !== null && needle >= from && needle <= to && (
        <div
          class="needle"
          aria-hidden="true"
          style={{ left: `calc(${LEFT}px + (100% - ${LEFT + RIGHT}px) * ${(needle - from) / (to - from)})` }}
        />
      )}
      <Readout
        t={told ?? timeline.points.at(-1)?.t ?? 0}
        timeline={timeline}
        marks={told === null ? [] : nearest(marks, told, reach)}
      />
    </div>
  );
}

interface MomentProps {
  readonly t: number;
  readonly timeline: Timeline;
  readonly marks: readonly Mark[];
}

/** All that is known of one moment. */
function Readout({ t, timeline, marks }: MomentProps) {
  const { lanes, marks: kinds } = words.value.timeline;
  const point = at(timeline.points, t);
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
              {word(point.label)} {percent(point.confidence)}
            </dd>
          </div>
          <Said name={lanes.voice} opinion={point.voice} />
          <Said name={lanes.face} opinion={point.face} />
        </>
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

function Said({ name, opinion }: { name: string; opinion: Opinion | null }) {
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
            {word(label)} <span class="doubt">{words.value.mood.counts(percent(reliability))}</span>
          </>
        )}
      </dd>
    </div>
  );
}

/** The same as one sentence after the other. */
function inWords(t: number, timeline: Timeline, marks: readonly Mark[]): string {
  const { timeline: text, mood } = words.value;
  const point = at(timeline.points, t);
  const said = (name: string, opinion: Opinion | null): string | null =>
    opinion && `${name}: ${opinion.doubt ? mood.doubts[opinion.doubt] : word(opinion.label)}`;
  return [
    clock(t),
    point && `${word(point.label)} ${percent(point.confidence)}`,
    point && said(text.lanes.voice, point.voice),
    point && said(text.lanes.face, point.face),
    ...marks.map((mark) => `${text.marks[mark.kind]}: ${mark.text}`),
  ]
    .filter((part) => part !== null)
    .join(". ");
}

/** What a timeline shows, for those who do not see it. */
export function summary(timeline: Timeline): string {
  const last = timeline.points.at(-1);
  const text = words.value.timeline;
  if (last === undefined) return text.none;
  const changes = spans(timeline).length - 1;
  return text.summary(clock(last.t), changes, word(last.label));
}

/** Closer, further, and the whole of it again; for those who would rather press than turn. */
export function ZoomButtons({ view, length }: { view: Signal<View>; length: number }) {
  const text = words.value.timeline;
  const { from, to } = rangeOf(view.value, length);
  const whole = view.value.seconds === null;
  return (
    <div class="zoom" role="group" aria-label={text.zoom}>
      {!whole && (
        <>
          <button
            type="button"
            class="quiet"
            aria-label={text.earlier}
            title={text.earlier}
            onClick={() => (view.value = pan(view.value, length, (from - to) / 2))}
          >
            <Icon name="earlier" />
          </button>
          <button
            type="button"
            class="quiet"
            aria-label={text.later}
            title={text.later}
            disabled={view.value.end === null}
            onClick={() => (view.value = pan(view.value, length, (to - from) / 2))}
          >
            <Icon name="later" />
          </button>
        </>
      )}
      <button
        type="button"
        class="quiet"
        aria-label={text.closer}
        title={text.closer}
        data-testid="closer"
        onClick={() => (view.value = zoom(view.value, length, CLOSER))}
      >
        <Icon name="closer" />
      </button>
      <button
        type="button"
        class="quiet"
        aria-label={text.further}
        title={text.further}
        disabled={whole}
        onClick={() => (view.value = zoom(view.value, length, 1 / CLOSER))}
      >
        <Icon name="further" />
      </button>
      <button
        type="button"
        class="quiet"
        disabled={whole}
        data-testid="whole"
        onClick={() => (view.value = WHOLE)}
      >
        {text.whole}
      </button>
    </div>
  );
}
