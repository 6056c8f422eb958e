import type { Signal } from "@preact/signals";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";

import { watchGestures } from "./gestures";
import { usePlot } from "./plot";
import { between, type Mark, nearest, type Play, playAt, stacked, type Timeline } from "./timeline";
import { AXIS, buildTimeline, type Drawn, HEIGHT, LEFT, MAX_SHOWN, RIGHT } from "./timelinePlot";
import { CLOSER, pan, rangeOf, reveal, type View, WHOLE, zoom } from "./view";
import { words } from "../words";
import { describeMoment, Readout } from "./Readout";
import "./TimelineChart.css";

interface Props {
  readonly timeline: Timeline;
  readonly marks: readonly Mark[];
  readonly plays: readonly Play[];
  /** Length of the session so far, in seconds. */
  readonly length: number;
  /** Length of the whole axis, in seconds. */
  readonly axis: number;
  /** The visible part; several timelines may share it. */
  readonly view: Signal<View>;
  readonly label: string;
  /** Position of a replay; null for a live session. */
  readonly playhead?: number | null;
  readonly onSeek?: (t: number) => void;
}

/** Seconds of a step with Shift, and of a page. */
const STRIDE = 10;
const PAGE = 60;

/** Snap distance to marks, as a share of the visible part. */
const REACH = 0.006;

/** The chart of a timeline, with a readout of one moment. */
export function TimelineChart(props: Props) {
  const { timeline, marks, plays, length, axis, view, label, playhead = null, onSeek } = props;
  const [hovered, setHovered] = useState<number | null>(null);
  const [inspected, setInspected] = useState<number | null>(null);
  const text = words.value;
  const { from, to } = rangeOf(view.value, axis);
  const shown = useMemo(() => between(timeline, from, to, MAX_SHOWN), [timeline, from, to]);
  const drawn: Drawn = {
    timeline: shown,
    marks,
    plays,
    range: { from, to },
    names: { ...text.emotions, ...text.timeline.lanes },
  };
  const latest = useRef({ drawn, props });
  latest.current = { drawn, props };

  const build = useCallback(
    (element: HTMLElement) =>
      buildTimeline(
        element,
        () => latest.current.drawn,
        (t) => {
          // Nothing is known beyond the end of the session.
          setHovered(t !== null && t <= latest.current.props.length ? t : null);
        },
      ),
    [],
  );
  const { place, chart } = usePlot(HEIGHT, build);

  useEffect(() => {
    chart.current?.setData(stacked(latest.current.drawn.timeline));
  }, [chart, shown, marks, plays, text]);

  const choose = (t: number): void => {
    const { length: last, axis: most, view: seen, onSeek: seek } = latest.current.props;
    const chosen = Math.min(Math.max(t, 0), last);
    seen.value = reveal(seen.peek(), most, chosen);
    if (seek) seek(chosen);
    else setInspected(chosen);
  };

  useEffect(() => {
    if (playhead !== null) scrollTo(view, axis, playhead);
  }, [playhead, view, axis]);

  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const span = (): number => latest.current.drawn.range.to - latest.current.drawn.range.from;
    const moment = (share: number): number => latest.current.drawn.range.from + share * span();
    const change = (next: (view: View, most: number) => View): void => {
      const { view: seen, axis: most } = latest.current.props;
      seen.value = next(seen.peek(), most);
    };
    return watchGestures(element, () => chart.current?.over ?? element, {
      zoom: (factor, centre) => change((seen, most) => zoom(seen, most, factor, moment(centre))),
      pan: (by) => change((seen, most) => pan(seen, most, by * span())),
      tap: (share) => choose(moment(share)),
    });
  }, [place, chart]);

  const needle = inspected ?? playhead;
  const shownTime = hovered ?? needle;
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
      "+": () => (view.value = zoom(view.value, axis, CLOSER, needle ?? undefined)),
      "-": () => (view.value = zoom(view.value, axis, 1 / CLOSER, needle ?? undefined)),
      "0": () => (view.value = WHOLE),
      Escape: () => setInspected(null),
    };
    const move = moves[event.key === "=" ? "+" : event.key];
    if (move === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    // The pointer may still rest elsewhere.
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
            : describeMoment({
                t: needle,
                timeline,
                marks: nearest(marks, needle, reach),
                play: playAt(plays, needle),
              })
        }
        onKeyDown={onKeyDown}
        onBlur={() => setInspected(null)}
      />
      {needle !== null && needle >= from && needle <= to && (
        <div
          class="needle"
          aria-hidden="true"
          style={{ left: leftOf((needle - from) / (to - from)), height: `${HEIGHT - AXIS}px` }}
        />
      )}
      <Readout
        t={shownTime ?? timeline.points.at(-1)?.t ?? 0}
        timeline={timeline}
        marks={shownTime === null ? [] : nearest(marks, shownTime, reach)}
        play={playAt(plays, shownTime ?? length)}
      />
    </div>
  );
}

/** Moves the view of a replay along with its playhead. */
function scrollTo(view: Signal<View>, axis: number, t: number): void {
  view.value = reveal(view.peek(), axis, t);
}

/** Returns the CSS position of a share of the axis. */
function leftOf(share: number): string {
  return `calc(${LEFT}px + (100% - ${LEFT + RIGHT}px) * ${share})`;
}
