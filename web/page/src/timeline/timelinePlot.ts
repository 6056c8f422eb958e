/** Draws a timeline: marks, mood band, probabilities, and lanes for voice, face and music. */

import uPlot from "uplot";

import { EMOTIONS, type Emotion, SHAPES } from "../emotion/emotion";
import { clock } from "../words/format";
import { colours } from "./plot";
import { type Mark, near, type Play, type Span, spans, stacked, type Timeline } from "./timeline";
import type { Range } from "./view";

export interface Drawn {
  /** The visible part. */
  readonly timeline: Timeline;
  readonly marks: readonly Mark[];
  readonly plays: readonly Play[];
  readonly range: Range;
  /** Names of the lanes and the moods. */
  readonly names: Readonly<Record<"mood" | "voice" | "face" | "music" | Emotion, string>>;
}

/** Heights in CSS pixels, from the top. */
const MARKS = 20;
const BAND = 26;
const AREA = 112;
const LANE = 16;
const GAP = 5;
export const AXIS = 28;

const TOP = MARKS + BAND + GAP;
const BOTTOM = 3 * (GAP + LANE);

export const HEIGHT = TOP + AREA + BOTTOM + AXIS;

/** Room for the names of the lanes, and for half of the last label. */
export const LEFT = 56;
export const RIGHT = 26;

/** In CSS pixels. */
const TICKS_APART = 3;
const LEAST_TITLE = 30;
const LEAST_SIGN = 20;

/** Number of points that are distinguishable in a wide chart. */
export const MAX_SHOWN = 600;

export function buildTimeline(
  element: HTMLElement,
  read: () => Drawn,
  onHover: (t: number | null) => void,
): uPlot {
  const colour = colours(element);
  const family = getComputedStyle(element).fontFamily;
  return new uPlot(
    {
      width: element.clientWidth,
      height: HEIGHT,
      padding: [0, RIGHT, 0, LEFT],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      scales: {
        x: { time: false, range: () => [read().range.from, read().range.to] },
        y: { range: [-BOTTOM / AREA, 1 + TOP / AREA] },
      },
      axes: [
        {
          font: `12px ${family}`,
          size: AXIS,
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
          fill: colour(emotion).replace(/^rgb\((.*)\)$/, "rgba($1, 0.82)"),
          points: { show: false },
        })),
      ],
      // Each area is filled down to the one below; the first down to zero.
      bands: EMOTIONS.slice(1).map((_, i) => ({ series: [i + 2, i + 1] as [number, number] })),
      hooks: {
        draw: [(plot) => draw(plot, read(), colour, family)],
        setCursor: [
          ({ cursor, posToVal }) => {
            const inside = cursor.left !== undefined && cursor.left !== null && cursor.left >= 0;
            onHover(inside ? posToVal(cursor.left ?? 0, "x") : null);
          },
        ],
      },
    },
    stacked(read().timeline),
    element,
  );
}

/** Draws everything around the probabilities. */
function draw(plot: uPlot, drawn: Drawn, colour: (name: string) => string, family: string): void {
  const { ctx, bbox } = plot;
  const { from, to } = drawn.range;
  const ratio = uPlot.pxRatio;
  const x = (t: number): number => (plot.valToPos(t, "x", true) - bbox.left) / ratio;
  ctx.save();
  ctx.translate(bbox.left, bbox.top);
  ctx.scale(ratio, ratio);
  ctx.font = `12px ${family}`;
  ctx.textBaseline = "middle";

  const bottom = TOP + AREA + GAP;
  const lanes = [
    { of: "mood", top: MARKS, height: BAND },
    { of: "voice", top: bottom, height: LANE },
    { of: "face", top: bottom + LANE + GAP, height: LANE },
  ] as const;
  ctx.textAlign = "right";
  ctx.fillStyle = colour("muted");
  const music = { of: "music", top: bottom + 2 * (LANE + GAP), height: LANE } as const;
  for (const { of, top, height } of [...lanes, music]) {
    ctx.fillText(drawn.names[of], -8, top + height / 2, LEFT - 10);
  }

  ctx.beginPath();
  ctx.rect(0, 0, bbox.width / ratio, bbox.height / ratio);
  ctx.clip();
  ctx.textAlign = "left";
  for (const { of, top, height } of lanes) {
    for (const span of spans(drawn.timeline, of)) {
      const left = x(span.from);
      // A segment of one point is one step long.
      const end = Math.max(span.to, span.from + drawn.timeline.step);
      const box = { left, top, height, width: Math.max(x(end) - left, 1) };
      drawSpan(ctx, span, box, colour, drawn.names[span.label], of === "mood");
    }
  }
  // A track that still plays extends to the latest moment.
  const now = drawn.timeline.points.at(-1)?.t ?? 0;
  for (const { t, end, title } of drawn.plays) {
    const until = end ?? now;
    if (until < from || t > to) continue;
    const width = Math.max(x(until) - x(t), 1);
    drawPlay(ctx, title, { ...music, left: x(t), width }, colour);
  }
  let tick = -Infinity;
  for (const { kind, t } of near(drawn.marks, (from + to) / 2, (to - from) / 2)) {
    const left = x(t);
    // Ticks that are too close are drawn once.
    if (kind === "cues" && left - tick < TICKS_APART) continue;
    if (kind === "cues") tick = left;
    drawMark(ctx, kind, left, colour);
  }
  ctx.restore();
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const OUTLINES = Object.fromEntries(
  EMOTIONS.map((emotion) => [emotion, new Path2D(SHAPES[emotion])]),
) as Readonly<Record<Emotion, Path2D>>;

/** A segment: opacity shows its weight, a name or shape its label. */
function drawSpan(
  ctx: CanvasRenderingContext2D,
  { label, weight }: Span,
  { left, top, width, height }: Box,
  colour: (name: string) => string,
  name: string,
  tall: boolean,
): void {
  ctx.fillStyle = colour(label);
  ctx.globalAlpha = tall ? 0.32 : 0.12 + 0.5 * weight;
  ctx.fillRect(left, top, width, height);
  ctx.globalAlpha = 1;
  ctx.fillRect(left, top, Math.min(width, tall ? 3 : 2), height);
  // Label a segment that starts off screen at its visible part.
  const begin = Math.max(left, 0);
  const room = left + width - begin;
  if (room < LEAST_SIGN) return;
  ctx.fillStyle = ctx.strokeStyle = colour("text");
  const middle = top + height / 2;
  if (tall && ctx.measureText(name).width + 12 <= room) {
    ctx.fillText(name, begin + 8, middle);
  } else {
    const size = (tall ? 14 : 11) / 24;
    ctx.save();
    ctx.translate(begin + 5, middle - 12 * size);
    ctx.scale(size, size);
    ctx.lineWidth = 2;
    ctx.stroke(OUTLINES[label]);
    ctx.restore();
  }
}

/** A bar with as much of the title as fits. */
function drawPlay(
  ctx: CanvasRenderingContext2D,
  title: string,
  { left, top, width, height }: Box,
  colour: (name: string) => string,
): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  ctx.fillStyle = colour("text");
  ctx.globalAlpha = 0.12;
  ctx.fillRect(left, top, width, height);
  ctx.globalAlpha = 1;
  ctx.fillRect(left, top, 2, height);
  const begin = Math.max(left, 0);
  if (left + width - begin >= LEAST_TITLE) ctx.fillText(title, begin + 6, top + height / 2);
  ctx.restore();
}

/** A tick for a new list of cues, an arrow for a download, a flag for a note. */
const SIGNS: Readonly<Record<Mark["kind"], Path2D>> = {
  cues: new Path2D("M-.75 13h1.5v5h-1.5z"),
  download: new Path2D("M-1 4h2v6h4l-5 6-5-6h4z"),
  note: new Path2D("M-.75 3h9l-2.5 3.5 2.5 3.5h-7.5v8h-1.5z"),
};

function drawMark(
  ctx: CanvasRenderingContext2D,
  kind: Mark["kind"],
  left: number,
  colour: (name: string) => string,
): void {
  ctx.save();
  ctx.translate(left, 0);
  ctx.fillStyle = colour(kind === "cues" ? "muted" : "text");
  ctx.fill(SIGNS[kind]);
  ctx.restore();
}
