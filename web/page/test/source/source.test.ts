import { describe, expect, it } from "vitest";

import {
  chosen,
  FIRST_VISIT,
  isPreferences,
  keepable,
  placeOf,
  type Preferences,
  readChannels,
  requestOf,
  sentFromHere,
} from "../../src/source/source";

const FILE = new File(["sound"], "take 3.wav");

function preferring(changed: Partial<Preferences>): Preferences {
  return { ...FIRST_VISIT, ...changed };
}

describe("what is remembered", () => {
  it("is taken up again when it is whole", () => {
    const studio = { device: "Scarlett", channels: [3, 4], camera: 0 };
    const kept: unknown = JSON.parse(JSON.stringify(preferring({ kind: "studio", studio })));
    expect(isPreferences(kept)).toBe(true);
  });

  it.each([null, 7, {}, { ...FIRST_VISIT, kind: "telepathy" }, { ...FIRST_VISIT, studio: null }])(
    "is left alone when it is not: %j",
    (kept) => expect(isPreferences(kept)).toBe(false),
  );

  it("holds no password", () => {
    expect(keepable(preferring({ url: "rtsp://me:secret@camera/1" })).url).toBe("");
    const open = preferring({ url: "https://example.org/@me" });
    expect(keepable(open)).toBe(open);
  });
});

describe("the source that Start begins with", () => {
  it("lacks what was not given yet", () => {
    expect(chosen(preferring({ kind: "file" }), null)).toBeNull();
    expect(chosen(preferring({ kind: "address", url: "my camera" }), null)).toBeNull();
  });

  it("is the one that was chosen", () => {
    expect(chosen(FIRST_VISIT, FILE)).toEqual({ kind: "camera" });
    expect(chosen(preferring({ kind: "file" }), FILE)).toEqual({ kind: "playback", file: FILE });
    expect(chosen(preferring({ kind: "address", url: " rtsp://camera/1 " }), null)).toEqual({
      kind: "address",
      url: "rtsp://camera/1",
    });
  });

  it("is asked of the server as that server's kinds", () => {
    expect(requestOf({ kind: "playback", file: FILE })).toMatchObject({
      source: "browser",
      title: "take 3.wav",
    });
    expect(requestOf({ kind: "studio", device: "", channels: [], camera: 1 })).toMatchObject({
      source: "device",
      device: null,
      camera: 1,
    });
    expect(sentFromHere({ kind: "screen" })).toBe(true);
    expect(sentFromHere({ kind: "upload", file: FILE })).toBe(false);
  });
});

it("names an address without what may be secret in it", () => {
  expect(placeOf("https://me:secret@example.org/live/1?key=2")).toBe("example.org/live/1");
  expect(placeOf("nowhere")).toBe("");
});

it.each([
  ["1, 2", [1, 2]],
  ["", []],
  ["12 3", [12, 3]],
  ["0", null],
  ["left", null],
])("reads channels as people write them: %s", (text, channels) => {
  expect(readChannels(text)).toEqual(channels);
});
