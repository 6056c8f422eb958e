import { afterEach, describe, expect, it } from "vitest";

import { confidenceText, headlineOf, reasonOf } from "../../src/mood/headline";
import { language } from "../../src/words";
import { mood } from "../events";

afterEach(() => {
  language.value = "en";
});

describe("the mood in words", () => {
  it("names a clear mood, and how sure it is", () => {
    const clear = mood({ label: "happy", confidence: 0.9, set: ["happy"] });
    expect(headlineOf(clear)).toBe("Happy");
    expect(confidenceText(clear)).toBe("90% confident");
  });

  it("says what else a clear mood may be", () => {
    const clear = mood({ label: "happy", confidence: 0.6, set: ["happy", "surprised"] });
    expect(headlineOf(clear)).toBe("Happy");
    expect(confidenceText(clear)).toBe("60% confident, could also be surprised");
  });

  it("names the few that an unclear mood may be", () => {
    const two = mood({ label: "happy", confidence: 0.45, set: ["happy", "surprised"] });
    expect(headlineOf(two)).toBe("Not sure: happy or surprised");
    expect(confidenceText(two)).toBe("closest: happy, 45%");
    language.value = "zh-Hant";
    expect(headlineOf(two)).toBe("還不確定：快樂或驚訝");
  });

  it("does not list half of all emotions", () => {
    const many = mood({ confidence: 0.3, set: ["neutral", "calm", "sad", "fearful"] });
    expect(headlineOf(many)).toBe("Not sure yet");
    expect(confidenceText(many)).toBe("closest: neutral, 30%");
  });

  it("copes with moods of older versions, which have no set", () => {
    const { set: _, ...old } = mood({ label: "sad", confidence: 0.4 });
    expect(headlineOf(old)).toBe("Not sure yet");
    expect(headlineOf({ ...old, confidence: 0.7 })).toBe("Sad");
    expect(confidenceText({ ...old, confidence: 0.7, set: [] })).toBe("70% confident");
  });

  it("says what the mood would be without the voice or the face", () => {
    expect(reasonOf("face", { label: "sad", confidence: 0.61 })).toBe("Without the face: sad, 61%");
    expect(reasonOf("voice", { label: "neutral", confidence: 0.13 })).toBe(
      "Without the voice: nothing to go by",
    );
    language.value = "zh-Hant";
    expect(reasonOf("face", { label: "sad", confidence: 0.61 })).toBe("若不看表情：悲傷，61%");
  });
});
