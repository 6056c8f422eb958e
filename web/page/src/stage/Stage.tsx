import { describeSource } from "../source/describe";
import { media } from "../session/media";
import { dispatch, session } from "../session/store";
import { fragmentOf } from "../browser/router";
import { isRunning } from "../session/phase";
import type { State } from "../session/state";
import type { MoodEvent } from "../server/wire";
import { words } from "../words";
import { DeviceChoice } from "./DeviceChoice";
import { Icon } from "../parts/Icon";
import { FailureText } from "../problem/FailureText";
import { StreamMeter, DeviceMeter } from "./LevelMeter";
import { WhipSetup } from "./WhipSetup";
import { EraseButton } from "./EraseButton";
import { MediaPicture } from "./MediaPicture";
import { Placeholder } from "./Placeholder";
import { PlayerControls } from "./PlayerControls";
import { RemotePicture } from "./RemotePicture";
import { SamplePicture } from "./SamplePicture";
import { UploadPicture } from "./UploadPicture";
import { UploadProgress } from "./UploadProgress";
import "./Stage.css";

/** The video and controls of the session. */
export function Stage({ state }: { state: State }) {
  const { phase, source, mood, why } = state;
  const { stage } = words.value;
  const running = isRunning(phase);
  const opened = phase === "opening" ? null : session.value;
  const heard = media.value;
  return (
    <section class="stage" aria-label={stage.title}>
      <Shown state={state} faces={phase === "live" ? (mood?.face?.faces ?? []) : []} />
      {heard !== null && <StreamMeter key={heard.analysis.id} stream={heard.analysis} />}
      {source.kind === "device" && running && opened !== null && <DeviceMeter session={opened} />}
      {heard?.player != null && <PlayerControls player={heard.player} />}
      {source.kind === "upload" && <UploadProgress state={state} />}
      {source.kind === "whip" && running && opened !== null && <WhipSetup session={opened} />}
      {source.kind === "camera" && <DeviceChoice />}
      {phase === "lost" && why !== null && (
        <div class="notice" role="status" data-testid="why">
          <Icon name="warning" />
          <FailureText of={why} />
        </div>
      )}
      <div class="about-source">
        <p class="hint" data-testid="source-facts">
          {describeSource(source, mood)}
        </p>
        {phase === "ended" && session.value !== null && (
          <a class="button" href={fragmentOf("history", [session.value.id])}>
            {words.value.history.replaySession}
          </a>
        )}
        {phase === "ended" && (
          <button type="button" onClick={() => dispatch({ type: "left" })}>
            {stage.another}
          </button>
        )}
        {opened !== null && <EraseButton session={opened} />}
      </div>
    </section>
  );
}

interface ShownProps {
  readonly state: State;
  readonly faces: NonNullable<MoodEvent["face"]>["faces"];
}

function Shown({ state: { phase, source, mood }, faces }: ShownProps) {
  const text = words.value.stage;
  const current = media.value;
  switch (source.kind) {
    case "sample":
      return <SamplePicture phase={phase} faces={faces} />;
    case "upload":
      return <UploadPicture file={source.file} phase={phase} mood={mood} />;
    case "whip":
    case "device":
    case "url":
      return <RemotePicture of={source.kind} phase={phase} mood={mood} />;
    case "camera":
    case "screen":
    case "playback": {
      if (current !== null) return <MediaPicture media={current} phase={phase} faces={faces} />;
      const { opening, over } = text.own[source.kind];
      const icon = source.kind === "playback" ? "file" : source.kind;
      return <Placeholder icon={icon} text={phase === "opening" ? opening : over} />;
    }
  }
}
