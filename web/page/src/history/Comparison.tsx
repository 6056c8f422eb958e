import { useSignal } from "@preact/signals";

import { clock, dayAndTime, titleOf } from "../words/format";
import type { Replay } from "../timeline/replay";
import { fragmentOf } from "../browser/router";
import { type View, WHOLE } from "../timeline/view";
import { words } from "../words";
import { summary } from "../timeline/Readout";
import { ShareBar } from "./ShareBar";
import { TimelineChart } from "../timeline/TimelineChart";
import { ZoomButtons } from "../timeline/ZoomButtons";
import "./Comparison.css";

/** Several sessions on one time axis, aligned at their beginnings. */
export function Comparison({ replays }: { replays: readonly Replay[] }) {
  const view = useSignal<View>(WHOLE);
  const length = Math.max(...replays.map((replay) => replay.length));
  return (
    <section class="card comparison" aria-label={words.value.history.comparison}>
      <ZoomButtons view={view} length={length} />
      {replays.map(({ info, timeline, marks, plays, length: own }) => (
        <article key={info.id} data-testid="compared">
          <div class="title-row">
            <h3>
              <a href={fragmentOf("history", [info.id])}>{titleOf(info)}</a>
            </h3>
            <p class="hint">
              {dayAndTime(info.started_at)} · {clock(own)}
            </p>
          </div>
          <ShareBar moods={info.moods} />
          <p class="visually-hidden">{summary(timeline)}</p>
          <TimelineChart
            timeline={timeline}
            marks={marks}
            plays={plays}
            length={own}
            axis={length}
            view={view}
            label={titleOf(info)}
          />
        </article>
      ))}
      <p class="hint">{words.value.timeline.how}</p>
    </section>
  );
}
