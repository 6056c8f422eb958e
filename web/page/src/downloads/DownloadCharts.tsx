import { useCallback } from "preact/hooks";
import uPlot from "uplot";

import { formatNumber, formatPeriod, axisLabels } from "../words/format";
import { EMOTIONS } from "../emotion/emotion";
import { byFrequency, type MoodKey, stackedBuckets } from "./log";
import { colours, usePlot } from "../timeline/plot";
import { conditions, select } from "./selection";
import type { DownloadCounts } from "../server/wire";
import { locale, emotionName, words } from "../words";
import { Shape } from "../parts/Shape";
import "./DownloadCharts.css";

const HEIGHT = 220;

/** Minimum distance of labels on the time axis, in pixels. */
const BETWEEN_TIMES = 72;

/** Minimum number of buckets on the axis, so that a single bar is not too wide. */
const AT_LEAST = 12;

/** Charts of the downloads by mood and over time. */
export function DownloadCharts({ counts }: { counts: DownloadCounts }) {
  const { byMood, overTime, downloads } = words.value.log;
  return (
    <div class="pictures">
      <section class="card" aria-labelledby="moods-title">
        <div class="title-row">
          <h3 id="moods-title">{byMood}</h3>
          <p class="hint" data-testid="total">
            {downloads(counts.total)}
          </p>
        </div>
        <Moods counts={counts} />
      </section>
      <section class="card" aria-labelledby="times-title">
        <div class="title-row">
          <h3 id="times-title">{overTime}</h3>
          <p class="hint">{lengthOf(counts.bucket_seconds)}</p>
        </div>
        {/* Rebuilt for each locale, because the axis labels are dates. */}
        <Times key={locale.value} counts={counts} />
      </section>
    </div>
  );
}

function Moods({ counts }: { counts: DownloadCounts }) {
  const found = byFrequency(counts);
  const most = found[0]?.[1] ?? 1;
  const others = EMOTIONS.filter((emotion) => !(emotion in counts.moods));
  const moods = [...found, ...others.map((emotion) => [emotion, 0] as const)];
  return (
    <ul class="bars">
      {moods.map(([mood, downloads]) => (
        <li key={mood} class={mood}>
          {mood === "none" ? <span /> : <Shape emotion={mood} />}
          {mood === "none" ? (
            <span>{words.value.log.noMood}</span>
          ) : (
            <button
              type="button"
              class="link"
              aria-pressed={conditions.value.emotion === mood}
              onClick={() => select({ emotion: conditions.value.emotion === mood ? "" : mood })}
            >
              {emotionName(mood)}
            </button>
          )}
          <span class="track">
            <span class="fill" style={{ width: `${(100 * downloads) / most}%` }} />
          </span>
          <span class="value">{formatNumber(downloads)}</span>
        </li>
      ))}
    </ul>
  );
}

function Times({ counts }: { counts: DownloadCounts }) {
  const { asTable, overTimeTable, columns, count } = words.value.log;
  const build = useCallback((element: HTMLElement) => buildChart(element, counts), [counts]);
  const { place } = usePlot(HEIGHT, build);
  return (
    <>
      <div ref={place} class="plot" role="img" aria-label={summary(counts)} />
      <details>
        <summary>{asTable}</summary>
        <div class="scroll" role="group" aria-label={overTimeTable} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{columns.time}</th>
                <th scope="col">{count}</th>
              </tr>
            </thead>
            <tbody>
              {counts.buckets.map(({ at, moods }) => (
                <tr key={at}>
                  <td>{formatPeriod(at, counts.bucket_seconds)}</td>
                  <td>{formatNumber(sum(moods))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </>
  );
}

function buildChart(element: HTMLElement, counts: DownloadCounts): uPlot {
  const colour = colours(element);
  const font = `12px ${getComputedStyle(element).fontFamily}`;
  const moods = byFrequency(counts).map(([mood]) => mood);
  const [x, ...columns] = stackedBuckets(counts, moods);
  const first = x[0] ?? 0;
  const end = (x.at(-1) ?? 0) + counts.bucket_seconds;
  const missing = Math.max(0, AT_LEAST * counts.bucket_seconds - (end - first));
  // Buckets of a day or more are in UTC, shorter ones in local time.
  const zone = counts.bucket_seconds >= 86_400 ? "UTC" : null;
  const axis = { font, stroke: colour("muted"), ticks: { show: false } };
  // Each bar starts at zero, so the tallest, the sum of all, is drawn first.
  return new uPlot(
    {
      width: element.clientWidth,
      height: HEIGHT,
      // Room for half of the last label on the right.
      padding: [12, BETWEEN_TIMES / 2, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      ...(zone && { tzDate: (t: number) => uPlot.tzDate(new Date(t * 1000), zone) }),
      scales: {
        x: { time: true, range: [first - missing / 2, end + missing / 2] },
        y: { range: (_, __, max) => [0, Math.max(1, max * 1.05)] },
      },
      axes: [
        {
          ...axis,
          size: 40,
          grid: { show: false },
          space: BETWEEN_TIMES,
          values: (_, marks, __, ___, step) => [...axisLabels(marks, step, zone)],
        },
        {
          ...axis,
          size: 56,
          grid: { stroke: colour("line"), width: 1 },
          incrs: [1, 10, 100, 1000, 10_000, 100_000].flatMap((e) => [e, 2 * e, 5 * e]),
          values: (_, ticks) => ticks.map(formatNumber),
        },
      ],
      series: [
        {},
        ...moods.toReversed().map((mood) => ({
          stroke: colour("surface"),
          width: 0.5,
          fill: colour(mood === "none" ? "muted" : mood),
          points: { show: false },
          ...barsOf(counts.bucket_seconds),
        })),
      ],
    },
    [x, ...columns.toReversed()],
    element,
  );
}

/** Bars as wide as their buckets; uPlot can't infer the width of a single one. */
function barsOf(seconds: number): Partial<uPlot.Series> {
  const { bars } = uPlot.paths;
  if (bars === undefined) return {};
  const paths: uPlot.Series.PathBuilder = (plot, ...rest) => {
    const width = Math.abs(plot.valToPos(seconds, "x") - plot.valToPos(0, "x"));
    return bars({ size: [1, Math.max(1, width * 0.9), 1], align: 1 })(plot, ...rest);
  };
  return { paths };
}

function sum(moods: DownloadCounts["moods"]): number {
  return Object.values(moods).reduce((all, each) => all + each, 0);
}

function lengthOf(seconds: number): string {
  const { each } = words.value.log;
  if (seconds < 3600) return each.minutes(seconds / 60);
  if (seconds < 86_400) return each.hours(seconds / 3600);
  return each.days(seconds / 86_400);
}

function summary(counts: DownloadCounts): string {
  const busiest = counts.buckets.reduce<DownloadCounts["buckets"][number] | null>(
    (best, each) => (best === null || sum(each.moods) > sum(best.moods) ? each : best),
    null,
  );
  const text = words.value.log;
  if (busiest === null) return text.empty;
  const most: MoodKey | undefined = byFrequency(counts)[0]?.[0];
  const mood = most === undefined || most === "none" ? null : emotionName(most);
  const when = formatPeriod(busiest.at, counts.bucket_seconds);
  return text.summary(counts.total, mood, sum(busiest.moods), when);
}
