import type { Phase } from "../session/phase";
import type { MoodEvent } from "../server/wire";
import { words } from "../words";
import { Icon } from "../parts/Icon";
import { Picture } from "./Picture";
import { Placeholder } from "./Placeholder";
import "./RemotePicture.css";

interface Props {
  readonly of: "whip" | "device" | "url" | "upload";
  readonly phase: Phase;
  readonly mood: MoodEvent | null;
}

/** A placeholder for video that only the server has, with boxes around faces. */
export function RemotePicture({ of, phase, mood }: Props) {
  const text = words.value.stage;
  if (mood === null) {
    const waiting = phase === "ended" ? text.nothing : text.remoteWaiting[of];
    return <Placeholder icon={of === "upload" ? "file" : of} text={waiting} />;
  }
  if (mood.face === null) return <Placeholder icon="microphone" text={text.soundOnly} />;
  return (
    <Picture
      phase={phase}
      aspect={mood.face.aspect ?? 16 / 9}
      faces={phase === "live" ? mood.face.faces : []}
    >
      <div class="unseen">
        <Icon name="camera" />
        <p>{text.remote}</p>
      </div>
    </Picture>
  );
}
