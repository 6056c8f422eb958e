import { joinParts, megabytes } from "../words/format";
import { words } from "../words";
import type { MoodEvent } from "../server/wire";
import { displayAddress, type Source } from "./source";

/** Describes the source of a session. */
export function describeSource(source: Source, mood: MoodEvent | null): string {
  const { chooser, stage } = words.value;
  const sound = mood === null ? null : mood.voice === null ? stage.withoutSound : stage.withSound;
  switch (source.kind) {
    case "camera":
      return "";
    case "screen":
      return joinParts([chooser.kinds.screen.name, sound]);
    case "playback":
    case "upload":
      return joinParts([source.file.name, megabytes(source.file.size)]);
    case "whip":
      return joinParts([chooser.kinds.whip.name, sound]);
    case "device": {
      const { device, channels, camera } = source;
      return joinParts([
        device === "" ? chooser.defaultDevice : device,
        channels.length === 0 ? null : stage.channels(channels.join(", ")),
        camera === null ? null : chooser.serverCameraNumber(camera),
      ]);
    }
    case "url":
      return joinParts([displayAddress(source.url), sound]);
    case "sample":
      return stage.sample;
  }
}
