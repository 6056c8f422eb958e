import { describe, expect, it } from "vitest";

import {
  selectedSource,
  FIRST_VISIT,
  isPreferences,
  withoutSecrets,
  displayAddress,
  type Preferences,
  readChannels,
  sessionRequest,
  isSentByPage,
} from "../../src/source/source";

const FILE = new File(["sound"], "take 3.wav");

function preferring(changed: Partial<Preferences>): Preferences {
  return { ...FIRST_VISIT, ...changed };
}

describe("what is remembered", () => {
  it("is taken up again when it is whole", () => {
    const input = { device: "Scarlett", channels: [3, 4], camera: 0 };
    const kept: unknown = JSON.parse(JSON.stringify(preferring({ kind: "device", input })));
    expect(isPreferences(kept)).toBe(true);
  });

  it.each([null, 7, {}, { ...FIRST_VISIT, kind: "telepathy" }, { ...FIRST_VISIT, input: null }])(
    "is left alone when it is not: %j",
    (kept) => expect(isPreferences(kept)).toBe(false),
  );

  it("holds no password", () => {
    expect(withoutSecrets(preferring({ url: "rtsp://me:secret@camera/1" })).url).toBe("");
    const open = preferring({ url: "https://example.org/@me" });
    expect(withoutSecrets(open)).toBe(open);
  });
});

describe("the source that Start begins with", () => {
  it("lacks what was not given yet", () => {
    expect(selectedSource(preferring({ kind: "file" }), null)).toBeNull();
    expect(selectedSource(preferring({ kind: "url", url: "my camera" }), null)).toBeNull();
  });

  it("is the one that was chosen", () => {
    expect(selectedSource(FIRST_VISIT, FILE)).toEqual({ kind: "camera" });
    expect(selectedSource(preferring({ kind: "file" }), FILE)).toEqual({
      kind: "playback",
      file: FILE,
    });
    expect(selectedSource(preferring({ kind: "url", url: " rtsp://camera/1 " }), null)).toEqual({
      kind: "url",
      url: "rtsp://camera/1",
    });
  });

  it("is asked of the server as that server's kinds", () => {
    expect(sessionRequest({ kind: "playback", file: FILE })).toMatchObject({
      source: "browser",
      title: "take 3.wav",
    });
    expect(sessionRequest({ kind: "device", device: "", channels: [], camera: 1 })).toMatchObject({
      source: "device",
      device: null,
      camera: 1,
    });
    expect(isSentByPage({ kind: "screen" })).toBe(true);
    expect(isSentByPage({ kind: "upload", file: FILE })).toBe(false);
  });
});

it("names an address without what may be secret in it", () => {
  expect(displayAddress("https://me:secret@example.org/live/1?key=2")).toBe("example.org/live/1");
  expect(displayAddress("nowhere")).toBe("");
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
