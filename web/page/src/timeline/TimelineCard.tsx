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
  /** Length of the session so far, in seconds. */
  readonly length: number;
  readonly playhead?: number;
  readonly onSeek?: (t: number) => void;
  /** Shown below the timeline. */
  readonly children?: ComponentChildren;
}

/** Minimum length of the axis, so that the first moods are not too wide. */
const AT_LEAST_SECONDS = 60;

/** The timeline of a session, with zoom. */
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
