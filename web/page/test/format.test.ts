import { describe, expect, it } from "vitest";

import { clock, faceDoubt, percent, reason, voiceDoubt } from "../src/format";
import { leaning } from "./events";

describe("clock", () => {
  it.each([
    [0, "0:00"],
    [7.9, "0:07"],
    [247, "4:07"],
    [3599.99, "59:59"],
    [3847, "1:04:07"],
    [-1, "0:00"],
  ])("writes %d seconds as %s", (seconds, text) => expect(clock(seconds)).toBe(text));
});

describe("percent", () => {
  it("rounds and keeps the sign on the same line", () => {
    expect(percent(0.834)).toBe("83\u202f%");
  });
});

describe("reason", () => {
  it.each([
    ["voice", "because your voice sounds disgusted · 83\u202f% fit"],
    ["face", "because your face looks disgusted · 83\u202f% fit"],
    ["mood", "because your mood seems disgusted · 83\u202f% fit"],
  ] as const)("says that the %s asked for it", (from, text) =>
    expect(reason({ from, emotion: "disgust", score: 0.83 })).toBe(text),
  );
});

describe("doubts", () => {
  const probs = leaning("sad");
  const face = { id: 1, box: [0, 0, 1, 1], label: "sad", speaking: false } as const;

  it("about a voice", () => {
    expect(voiceDoubt(null)).toBe("no microphone");
    expect(voiceDoubt({ probs, reliability: 0, speech: false })).toBe("no speech");
    expect(voiceDoubt({ probs, reliability: 0.9, speech: false })).toBeNull();
    expect(voiceDoubt({ probs, reliability: 0.1, speech: true })).toBe("speech unclear");
    expect(voiceDoubt({ probs, reliability: 0.9, speech: true })).toBeNull();
  });

  it("about a face", () => {
    expect(faceDoubt(null)).toBe("no camera");
    expect(faceDoubt({ probs, reliability: 0, faces: [] })).toBe("no face");
    expect(faceDoubt({ probs, reliability: 0.1, faces: [face] })).toBe("face too small or unclear");
    expect(faceDoubt({ probs, reliability: 0.9, faces: [face] })).toBeNull();
  });
});
