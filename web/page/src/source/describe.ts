import { listed, megabytes } from "../words/format";
import { words } from "../words";
import type { MoodEvent } from "../server/wire";
import { placeOf, type Source } from "./source";

/** Describes what a session listens to, as far as the page knows it. */
export function describeSource(source: Source, mood: MoodEvent | null): string {
  const { chooser, stage } = words.value;
  const sound = mood === null ? null : mood.voice === null ? stage.withoutSound : stage.withSound;
  switch (source.kind) {
    case "camera":
      return "";
    case "screen":
      return listed([chooser.kinds.screen.name, sound]);
    case "playback":
    case "upload":
      return listed([source.file.name, megabytes(source.file.size)]);
    case "encoder":
      return listed([chooser.kinds.encoder.name, sound]);
    case "studio": {
      const { device, channels, camera } = source;
      return listed([
        device === "" ? chooser.defaultDevice : device,
        channels.length === 0 ? null : stage.channels(channels.join(", ")),
        camera === null ? null : chooser.besideNumber(camera),
      ]);
    }
    case "address":
      return listed([placeOf(source.url), sound]);
    case "sample":
      return stage.sample;
  }
}
