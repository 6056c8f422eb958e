import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";

import { EMOTIONS, type Emotion, SHAPES } from "../emotion";
import { clock, percent } from "../format";
import { colours, usePlot } from "../plot";
import { type Point, spans, stacked, type Timeline } from "../timeline";
import { word, words } from "../words";

interface Props {
  readonly timeline: Timeline;
  /** Session seconds of downloads. */
  readonly marks: readonly number[];
}

const HEIGHT = 190;

/** The shortest stretch of time shown, so that a session does not begin as one broad blot. */
const AT_LEAST_SECONDS = 60;

/** Below the probabilities, on the same scale, lies a ribbon with the mood in words. */
const RIBBON = { top: -0.04, bottom: -0.2 };

const REDRAW_MS = 1000;

/** All probabilities of the session stacked to a whole, and below them the moods in words. */
export function TimelineChart({ timeline, marks }: Props) {
  const [hovered, setHovered] = useState<Point | null>(null);
  const place = useChart(timeline, marks, setHovered);
  const text = words.value.timeline;
  const last = timeline.points.at(-1);
  const shown = hovered ?? last;
  return (
    <section class="timeline card" aria-labelledby="timeline-title">
      <div class="title-row">
        <h2 id="timeline-title">{text.title}</h2>
        <p class="hint">
          {shown === undefined
            ? text.hint
            : `${clock(shown.t)} · ${word(shown.label)} ${percent(shown.confidence)}`}
          {marks.length > 0 && ` · ${text.download}`}
        </p>
      </div>
      <div ref={place} class="plot" role="img" aria-label={summary(timeline)} />
    </section>
  );
}

function summary(timeline: Timeline): string {
  const last = timeline.points.at(-1);
  const text = words.value.timeline;
  if (last === undefined) return text.none;
  const changes = spans(timeline).length - 1;
  return text.summary(clock(last.t), changes, word(last.label));
}

function useChart(timeline: Timeline, marks: readonly number[], onHover: (p: Point | null) => void) {
  const latest = useRef({ timeline, marks });
  const drawnAt = useRef(0);
  latest.current = { timeline, marks };

  const build = useCallback(
    (element: HTMLElement) => buildChart(element, () => latest.current, onHover),
    [onHover],
  );
  const { place, chart } = usePlot(HEIGHT, build);

  useEffect(() => {
    // After a reconnect many moods arrive at once; they need one drawing, not one each.
    const wait = Math.max(0, drawnAt.current + REDRAW_MS - performance.now());
    const timer = window.setTimeout(() => {
      drawnAt.current = performance.now();
      chart.current?.setData(stacked(latest.current.timeline));
    }, wait);
    return () => window.clearTimeout(timer);
  }, [timeline, marks]);

  return place;
}

function buildChart(
  element: HTMLElement,
  read: () => Props,
  onHover: (point: Point | null) => void,
): uPlot {
  const colour = colours(element);
  const font = `12px ${getComputedStyle(element).fontFamily}`;
  return new uPlot(
    {
      width: element.clientWidth,
      height: HEIGHT,
      padding: [12, 28, 0, 20],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      scales: {
        x: { time: false, range: (_, __, max) => [0, Math.max(max || 0, AT_LEAST_SECONDS)] },
        y: { range: [RIBBON.bottom, 1] },
      },
      axes: [
        {
          font,
          size: 28,
          stroke: colour("muted"),
          grid: { show: false },
          ticks: { show: false },
          incrs: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200],
          values: (_, ticks) => ticks.map(clock),
        },
        { show: false },
      ],
      series: [
        {},
        ...EMOTIONS.map((emotion) => ({
          stroke: colour("surface"),
          width: 0.5,
          fill: colour(emotion).replace(/^rgb\((.*)\)$/, "rgba($1, 0.85)"),
          points: { show: false },
        })),
      ],
      // Each area is filled down to the one below it; the first down to zero.
      bands: EMOTIONS.slice(1).map((_, i) => ({ series: [i + 2, i + 1] as [number, number] })),
      hooks: {
        draw: [
          (plot) => {
            drawRibbon(plot, read().timeline, colour, font);
            drawMarks(plot, read().marks, colour("text"));
          },
        ],
        setCursor: [
          ({ cursor, posToVal }) => {
            const inside = cursor.left !== undefined && cursor.left !== null && cursor.left >= 0;
            onHover(inside ? nearest(read().timeline, posToVal(cursor.left ?? 0, "x")) : null);
          },
        ],
      },
    },
    stacked(read().timeline),
    element,
  );
}

function nearest(timeline: Timeline, t: number): Point | null {
  return timeline.points.findLast((point) => point.t <= t) ?? null;
}

function drawRibbon(
  plot: uPlot,
  timeline: Timeline,
  colour: (name: string) => string,
  font: string,
): void {
  const { ctx } = plot;
  const ratio = uPlot.pxRatio;
  const top = plot.valToPos(RIBBON.top, "y", true);
  const height = plot.valToPos(RIBBON.bottom, "y", true) - top;
  ctx.save();
  ctx.font = font.replace("12px", `${12 * ratio}px`);
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  for (const span of spans(timeline)) {
    const left = plot.valToPos(span.from, "x", true);
    const width = Math.max(plot.valToPos(span.to, "x", true) - left, ratio);
    ctx.fillStyle = colour(span.label);
    ctx.globalAlpha = 0.3;
    ctx.fillRect(left, top, width, height);
    ctx.globalAlpha = 1;
    ctx.fillRect(left, top, Math.min(width, 3 * ratio), height);
    drawName(ctx, span.label, { left, width, middle: top + height / 2 }, ratio, colour("text"));
  }
  ctx.restore();
}

/** The word where it fits, else the shape, else nothing. */
function drawName(
  ctx: CanvasRenderingContext2D,
  label: Emotion,
  { left, width, middle }: { left: number; width: number; middle: number },
  ratio: number,
  colour: string,
): void {
  const text = word(label);
  const inset = 8 * ratio;
  ctx.fillStyle = ctx.strokeStyle = colour;
  if (ctx.measureText(text).width + inset + 4 * ratio <= width) {
    ctx.fillText(text, left + inset, middle);
  } else if (width >= 24 * ratio) {
    const size = (14 * ratio) / 24;
    ctx.save();
    ctx.translate(left + 6 * ratio, middle - 12 * size);
    ctx.scale(size, size);
    ctx.lineWidth = 2;
    ctx.stroke(new Path2D(SHAPES[label]));
    ctx.restore();
  }
}

function drawMarks(plot: uPlot, marks: readonly number[], colour: string): void {
  const { ctx } = plot;
  const ratio = uPlot.pxRatio;
  const tip = plot.valToPos(1, "y", true);
  ctx.save();
  ctx.fillStyle = colour;
  for (const t of marks) {
    const x = plot.valToPos(t, "x", true);
    ctx.beginPath();
    ctx.moveTo(x - 5 * ratio, tip - 8 * ratio);
    ctx.lineTo(x + 5 * ratio, tip - 8 * ratio);
    ctx.lineTo(x, tip);
    ctx.fill();
  }
  ctx.restore();
}
