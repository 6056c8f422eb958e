/** The emotions in the order used everywhere, with their shapes and places. */

export const EMOTIONS = [
  "neutral",
  "calm",
  "happy",
  "sad",
  "angry",
  "fearful",
  "disgust",
  "surprised",
] as const;

export type Emotion = (typeof EMOTIONS)[number];

interface Confident {
  readonly confidence: number;
}

/** Below this confidence overlays and exports do not name a mood. */
const SURE = 0.35;

/** Whether a mood is confident enough to be named where there is room for one word alone. */
export function isSure(mood: Confident | null): boolean {
  return mood !== null && mood.confidence >= SURE;
}

/** From this confidence on, a mood is more likely than all others; the same as on the server. */
const CLEAR = 0.5;

/** Whether a mood is more likely right than wrong. */
export function isClear(mood: Confident | null): boolean {
  return mood !== null && mood.confidence >= CLEAR;
}

/** Returns the most likely emotion of a distribution. */
export function mostLikely(probs: Readonly<Record<Emotion, number>>): Emotion {
  return EMOTIONS.reduce((best, emotion) => (probs[emotion] > probs[best] ? emotion : best));
}

/** Valence and arousal of each emotion, from -1 to 1; the same as on the server. */
export const PLACES: Readonly<Record<Emotion, readonly [number, number]>> = {
  neutral: [0, 0],
  calm: [0.5, -0.6],
  happy: [0.8, 0.5],
  sad: [-0.7, -0.5],
  angry: [-0.6, 0.8],
  fearful: [-0.7, 0.6],
  disgust: [-0.7, 0.3],
  surprised: [0.2, 0.8],
};

/**
 * One outline per emotion on a 24 by 24 grid, so that none is told apart by colour alone: line,
 * wave, sun, drop, flame, eye, crossed circle, burst.
 */
export const SHAPES: Readonly<Record<Emotion, string>> = {
  neutral: "M4 12h16",
  calm: "M3 10c3-4 6-4 9 0s6 4 9 0M3 16c3-4 6-4 9 0s6 4 9 0",
  happy:
    "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2v2.5M12 19.5V22M2 12h2.5M19.5 12H22M4.9 4.9l1.8 1.8M17.3 17.3l1.8 1.8M4.9 19.1l1.8-1.8M17.3 6.7l1.8-1.8",
  sad: "M12 3c3.6 4.8 6 7.9 6 11a6 6 0 0 1-12 0c0-3.1 2.4-6.2 6-11",
  angry: "M3 18l4-11 4 8 3-11 3 9 4-4",
  fearful: "M2 12c4-6.5 16-6.5 20 0-4 6.5-16 6.5-20 0M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6",
  disgust: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M8.5 8.5l7 7M15.5 8.5l-7 7",
  surprised:
    "M12 2l2.2 6.2 6.3-1.7-4.3 4.9 4.3 4.9-6.3-1.7L12 20.8l-2.2-6.2-6.3 1.7 4.3-4.9-4.3-4.9 6.3 1.7z",
};
