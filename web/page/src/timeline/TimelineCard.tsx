import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";

import type { Mark, Play, Timeline } from "./timeline";
import { type View, WHOLE } from "./view";
import { words } from "../words";
import { summary } from "./Readout";
import { TimelineChart } from "./TimelineChart";
import { ZoomButtons } from "./ZoomButtons";
import "./TimelineCard.css";

interface Props {
  readonly timeline: Timeline;
  readonly marks: readonly Mark[];
  readonly plays: readonly Play[];
  /** Seconds that the session lasts, so far. */
  readonly length: number;
  readonly playhead?: number;
  readonly onSeek?: (t: number) => void;
  /** What stands below it, such as notes. */
  readonly children?: ComponentChildren;
}

/** The shortest stretch of time shown, so that a session does not begin as one broad blot. */
const AT_LEAST_SECONDS = 60;

/** A whole session, as closely as one likes to look. */
export function TimelineCard({ timeline, marks, plays, length, children, ...replay }: Props) {
  const view = useSignal<View>(WHOLE);
  const text = words.value.timeline;
  const shown = Math.max(length, AT_LEAST_SECONDS);
  return (
    <section class="timeline card" aria-labelledby="timeline-title">
      <div class="title-row">
        <h2 id="timeline-title">{text.title}</h2>
        <ZoomButtons view={view} length={shown} />
      </div>
      <p class="visually-hidden">{summary(timeline)}</p>
      <TimelineChart
        {...replay}
        timeline={timeline}
        marks={marks}
        plays={plays}
        length={length}
        axis={shown}
        view={view}
        label={text.title}
      />
      {children}
      <p class="hint">{text.how}</p>
    </section>
  );
}
