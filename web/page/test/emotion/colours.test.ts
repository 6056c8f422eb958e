/** Colours of emotions as people with each kind of colour vision see them. */

import { describe, expect, it } from "vitest";

import { EMOTIONS, SHAPES } from "../../src/emotion/emotion";

type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

/**
 * What is left of linear RGB: Machado, Oliveira and Fernandes, “A Physiologically-based Model for
 * Simulation of Color Vision Deficiency”, IEEE TVCG 15 (2009), severity 1.
 */
const VISIONS: Readonly<Record<string, Matrix>> = {
  full: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** Linear RGB to OKLab: Ottosson, “A perceptual color space for image processing”, 2020. */
const TO_CONES: Matrix = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
];
const TO_LAB: Matrix = [
  [0.2104542553, 0.793617785, -0.0040720468],
  [1.9779984951, -2.428592205, 0.4505937099],
  [0.0259040371, 0.7827717662, -0.808675766],
];

/** What styles/colours.css promises. */
const APART = 0.09;
const CONTRAST = 3;

const SCHEMES = ["light", "dark"] as const;

const SHEETS = import.meta.glob<string>("../../src/styles/*.css", {
  query: "?raw",
  import: "default",
  eager: true,
});

function sheet(name: string): string {
  return SHEETS[`../../src/styles/${name}.css`] ?? "";
}

/** The two colours of a `light-dark()` in linear RGB. */
function colour(css: string, name: string): Readonly<Record<(typeof SCHEMES)[number], Triple>> {
  const found = new RegExp(`--${name}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(css);
  if (!found) throw new Error(`there is no colour --${name}`);
  return { light: linear(found[1] ?? ""), dark: linear(found[2] ?? "") };
}

function linear(hex: string): Triple {
  const channel = (at: number): number => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

function times(matrix: Matrix, [x, y, z]: Triple): Triple {
  const row = ([a, b, c]: Triple): number => a * x + b * y + c * z;
  return [row(matrix[0]), row(matrix[1]), row(matrix[2])];
}

function oklab(rgb: Triple): Triple {
  const [l, m, s] = times(TO_CONES, rgb);
  return times(TO_LAB, [Math.cbrt(l), Math.cbrt(m), Math.cbrt(s)]);
}

function distance(a: Triple, b: Triple): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/** Contrast as WCAG 2.2 defines it. */
function contrast(a: Triple, b: Triple): number {
  const light = ([red, green, blue]: Triple): number =>
    0.2126 * red + 0.7152 * green + 0.0722 * blue;
  const [brighter, darker] = [light(a), light(b)].toSorted((one, other) => other - one) as [
    number,
    number,
  ];
  return (brighter + 0.05) / (darker + 0.05);
}

const PAIRS = EMOTIONS.flatMap((one, i) =>
  EMOTIONS.slice(i + 1).map((other) => [one, other] as const),
);

describe.each(SCHEMES)("colours of emotions, %s", (scheme) => {
  const of = (name: string): Triple => colour(sheet("colours"), name)[scheme];

  it.each(Object.entries(VISIONS))("can be told apart in %s colour vision", (_, vision) => {
    const close = PAIRS.filter(([one, other]) => {
      const seen = [one, other].map((name) => oklab(times(vision, of(name)))) as [Triple, Triple];
      return distance(...seen) < APART;
    });
    expect(close).toEqual([]);
  });

  it("stand out from the grounds they are on", () => {
    const faint = EMOTIONS.filter((name) =>
      ["ground", "surface"].some(
        (ground) => contrast(of(name), colour(sheet("tokens"), ground)[scheme]) < CONTRAST,
      ),
    );
    expect(faint).toEqual([]);
  });
});

it("the shapes that stand beside them are all different", () => {
  expect(new Set(Object.values(SHAPES)).size).toBe(EMOTIONS.length);
});
