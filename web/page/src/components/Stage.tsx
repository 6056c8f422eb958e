import { useEffect, useRef, useState } from "preact/hooks";

import { dispatch, media, state } from "../live";
import type { Phase, Source } from "../state";
import type { Face, MoodEvent } from "../wire";
import { word, words } from "../words";
import { DeviceChoice } from "./DeviceChoice";
import { Icon } from "./Icon";
import { Shape } from "./Shape";

interface Props {
  readonly phase: Phase;
  readonly source: Source;
  readonly mood: MoodEvent | null;
}

/** The picture, with what was found in it drawn on top. */
export function Stage({ phase, source, mood }: Props) {
  const text = words.value.stage;
  const faces = phase === "live" ? (mood?.face?.faces ?? []) : [];
  return (
    <section class="stage" aria-label={text.title}>
      {source === "sample" ? (
        <SamplePicture phase={phase} faces={faces} />
      ) : (
        <CameraPicture phase={phase} faces={faces} />
      )}
      {source === "browser" && <DeviceChoice />}
      {source === "sample" && (
        <p class="hint">{text.sample}</p>
      )}
      {source === "sample" && phase === "ended" && (
        <button type="button" data-testid="own-camera" onClick={() => dispatch({ type: "left" })}>
          {text.ownCamera}
        </button>
      )}
    </section>
  );
}

interface PictureProps {
  readonly phase: Phase;
  readonly faces: readonly Face[];
}

function CameraPicture({ phase, faces }: PictureProps) {
  const video = useRef<HTMLVideoElement>(null);
  const current = media.value;
  const aspect = current?.aspect() ?? null;

  useEffect(() => {
    if (video.current) video.current.srcObject = current?.preview ?? null;
  }, [current, aspect === null]);

  if (current === null || aspect === null) {
    const text = words.value.stage;
    const why =
      current !== null
        ? text.listening
        : phase === "opening"
          ? text.allow
          : text.off;
    return (
      <div class="picture empty">
        <Icon name={current === null ? "camera" : "microphone"} />
        <p>{why}</p>
      </div>
    );
  }
  // The frame has the shape of the analysed picture, which browsers cut from the middle of the
  // camera's: what is seen here is what is analysed, and box fractions need no conversion.
  return (
    <div class={`picture ${phase}`} style={{ aspectRatio: String(aspect) }}>
      <video ref={video} class={current.mirrored ? "mirrored" : ""} autoplay muted playsInline />
      <Faces faces={faces} mirrored={current.mirrored} />
    </div>
  );
}

function SamplePicture({ phase, faces }: PictureProps) {
  const video = useRef<HTMLVideoElement>(null);
  const [aspect, setAspect] = useState(4 / 3);
  const [muted, setMuted] = useState(true);

  useEffect(() => {
    const clip = video.current;
    if (clip === null) return;
    if (phase !== "live") return clip.pause();
    // The server plays the clip in real time: show the moment it has reached, also on a second run.
    clip.currentTime = state.peek().t;
    void clip.play().catch(() => undefined);
  }, [phase]);

  return (
    <div class={`picture ${phase}`} style={{ aspectRatio: String(aspect) }}>
      <video
        ref={video}
        src="/api/sample"
        preload="auto"
        muted={muted}
        playsInline
        onLoadedMetadata={({ currentTarget }) => {
          const { videoWidth, videoHeight } = currentTarget;
          if (videoWidth > 0) setAspect(videoWidth / videoHeight);
        }}
      />
      <Faces faces={faces} mirrored={false} />
      <button
        type="button"
        class="sound"
        aria-pressed={!muted}
        onClick={() => setMuted(!muted)}
      >
        <Icon name={muted ? "silence" : "sound"} />
        {muted ? words.value.stage.soundOff : words.value.stage.soundOn}
      </button>
    </div>
  );
}

/** Boxes follow the mirror; their words do not, so that they can be read. */
function Faces({ faces, mirrored }: { faces: readonly Face[]; mirrored: boolean }) {
  return (
    <>
      {faces.map(({ id, box: [x, y, width, height], label, speaking }) => (
        <div
          key={id}
          class={`face ${label}`}
          data-testid="face-box"
          style={{
            left: `${100 * (mirrored ? 1 - x - width : x)}%`,
            top: `${100 * y}%`,
            width: `${100 * width}%`,
            height: `${100 * height}%`,
          }}
        >
          <span>
            <Shape emotion={label} />
            {word(label)}
            {speaking && <em>{words.value.stage.speaking}</em>}
          </span>
        </div>
      ))}
    </>
  );
}
