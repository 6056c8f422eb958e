import { afterEach, describe, expect, it, vi } from "vitest";

import {
  clock,
  faceDoubt,
  percent,
  describeReason,
  axisLabels,
  voiceDoubt,
} from "../../src/words/format";
import { language } from "../../src/words";
import { cue, signed } from "../events";

/** A text with spaces alone where lines must not break as well. */
function plain(text: string): string {
  return text.replaceAll(/[\u00a0\u202f]/g, " ");
}

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

describe("timeMarks", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    language.value = "en";
  });

  const hour = 3600;
  const day = 24 * hour;
  const evening = Date.UTC(2026, 10, 22, 22) / 1000;
  const november = Date.UTC(2026, 10, 1) / 1000;

  it.each([
    ["en-US", evening, hour, ["10:00 PM\nNov 22", "11:00 PM", "12:00 AM\nNov 23"]],
    ["en-GB", evening, hour, ["22:00\n22 Nov", "23:00", "0:00\n23 Nov"]],
    ["zh-TW", evening, hour, ["下午10:00\n11月22日", "下午11:00", "上午12:00\n11月23日"]],
    ["en-GB", evening, 30 * day, ["Nov\n2026", "Dec", "Jan\n2027"]],
    ["zh-TW", november, 30 * day, ["11月\n2026年", "12月", "12月"]],
    ["en-US", november, day, ["Nov 1\n2026", "Nov 2", "Nov 3"]],
  ] as const)("are written as one does in %s", (tag, from, step, said) => {
    vi.stubGlobal("navigator", { languages: [tag] });
    // Which region it is, is read anew when the language changes.
    language.value = "zh-Hant";
    if (tag !== "zh-TW") language.value = "en";
    const marks = [from, from + step, from + 2 * step];
    expect(axisLabels(marks, step, "UTC").map(plain)).toEqual(said);
  });
});

describe("percent", () => {
  it("rounds", () => {
    expect(percent(0.834)).toBe("83%");
  });
});

describe("reason", () => {
  it.each([
    ["voice", "your voice sounds disgusted · 83% match"],
    ["face", "your face looks disgusted · 83% match"],
    ["mood", "your mood seems disgusted · 83% match"],
  ] as const)("says that the %s asked for it", (from, text) =>
    expect(plain(describeReason({ ...cue().why, from, emotion: "disgust" }))).toBe(text),
  );
});

describe("reason", () => {
  const why = { ...cue().why, emotion: "sad" as const };
  it.each([
    ["contrast", null, "sad, for contrast · 83% match"],
    ["lift", null, "sad, next step · 83% match"],
    ["match", "sad", "sad, set by hand · 83% match"],
    ["split", null, "your voice sounds sad · 83% match"],
  ] as const)(
    "says in the mode %s, with the mood %s set, what the music is for",
    (mode, mood, text) => expect(plain(describeReason(why, { mode, mood }))).toBe(text),
  );
});

it("does not speak of a mood that was not sure", () => {
  const asked = { mode: "match", mood: null } as const;
  expect(plain(describeReason(cue().why, asked, false))).toBe("mood not clear yet · 83% match");
  expect(plain(describeReason(cue().why, { ...asked, mood: "sad" }, false))).toContain(
    "set by hand",
  );
});

describe("doubts", () => {
  const probs = signed("sad");
  const voice = { probs, reliability: 0.9, speech: true, doubt: null };
  const face = { probs, reliability: 0.9, faces: [], doubt: null, aspect: null };

  it("about a voice", () => {
    expect(voiceDoubt(null)).toBe("no sound");
    expect(voiceDoubt(voice)).toBeNull();
    expect(voiceDoubt({ ...voice, reliability: 0, doubt: "no_speech" })).toBe("no speech");
  });

  it("about a face", () => {
    expect(faceDoubt(null)).toBe("no video");
    expect(faceDoubt(face)).toBeNull();
    expect(faceDoubt({ ...face, reliability: 0.1, doubt: "small" })).toBe("face too small");
  });
});
