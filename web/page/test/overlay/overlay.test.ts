import { describe, expect, it } from "vitest";

import { readOptions } from "../../src/overlay/options";
import { after, BLANK, type Scene } from "../../src/overlay/scene";
import type { PlayingEvent, SessionEvent } from "../../src/server/wire";
import { cue, mood, WELL } from "../events";

function read(query: string, preferred: readonly string[] = ["en-GB"]) {
  return readOptions(new URL(`http://localhost/overlay/s1?token=secret${query}`), preferred);
}

describe("the address", () => {
  it("names the session, and all else may be left out", () => {
    expect(read("")).toEqual({
      session: "s1",
      token: "secret",
      theme: "dark",
      show: ["mood", "track"],
      scale: 1,
      language: "en",
    });
  });

  it("says how it should look", () => {
    const asked = read("&theme=minimal&show=track&scale=1.5&lang=zh-TW");
    expect(asked).toMatchObject({ theme: "minimal", show: ["track"], scale: 1.5 });
    expect(asked.language).toBe("zh-Hant");
  });

  it("is taken as usual where it asks for what there is not", () => {
    const asked = read("&theme=pink&show=cat&scale=0&lang=tlh", ["zh-Hant"]);
    expect(asked).toMatchObject({ theme: "dark", show: ["mood", "track"], scale: 1 });
    expect(asked.language).toBe("en");
    expect(read("&scale=1e9").scale).toBe(1);
    expect(read("", ["zh-Hant-TW"]).language).toBe("zh-Hant");
  });
});

describe("the scene", () => {
  const { download: _, why: __, audio: ___, ...track } = cue();
  const plays: PlayingEvent = { type: "playing", seq: 2, t: 1, track };

  function scene(...events: readonly SessionEvent[]): Scene {
    return events.reduce(after, BLANK);
  }

  it("shows a mood it can be sure of, and no other", () => {
    expect(scene(mood({ seq: 1, label: "happy" })).mood).toBe("happy");
    expect(scene(mood({ seq: 1, label: "happy", confidence: 0.2 })).mood).toBeNull();
  });

  it("shows what plays until nothing does", () => {
    expect(scene(plays).track?.title).toBe("A Mission");
    expect(scene(plays, { ...plays, seq: 3, track: null }).track).toBeNull();
  });

  it("takes away a mood that is not kept up, and all at the end", () => {
    const live = [mood({ seq: 1 }), plays] as const;
    const lost = scene(...live, { type: "status", seq: 3, t: 9, state: "lost", ...WELL });
    expect([lost.mood, lost.track?.title]).toEqual([null, "A Mission"]);
    const end = { type: "end", seq: 4, t: 9, reason: "stopped", ...WELL } as const;
    expect(after(lost, end)).toEqual({ mood: null, track: null, seq: 4, ended: true });
  });

  it("passes over what it has seen, as after a reconnect", () => {
    const once = scene(mood({ seq: 5, label: "sad" }));
    expect(after(once, mood({ seq: 4, label: "happy" }))).toBe(once);
  });
});
