import { useEffect, useRef, useState } from "preact/hooks";

import { state } from "../session/store";
import type { Phase } from "../session/phase";
import type { Face } from "../server/wire";
import { words } from "../words";
import { Icon } from "../parts/Icon";
import { Picture } from "./Picture";
import "./SamplePicture.css";

interface Props {
  readonly phase: Phase;
  readonly faces: readonly Face[];
}

/** The sample clip, in sync with the server. */
export function SamplePicture({ phase, faces }: Props) {
  const video = useRef<HTMLVideoElement>(null);
  const [aspect, setAspect] = useState(4 / 3);
  const [muted, setMuted] = useState(true);
  const text = words.value.stage;

  useEffect(() => {
    const clip = video.current;
    if (clip === null) return;
    if (phase !== "live") return clip.pause();
    // The server plays the clip in real time: start where it is.
    clip.currentTime = state.peek().t;
    void clip.play().catch(() => undefined);
  }, [phase]);

  return (
    <Picture phase={phase} aspect={aspect} faces={faces}>
      {/* oxlint-disable-next-line jsx-a11y/media-has-caption -- the clip has no captions */}
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
      <button type="button" class="sound" aria-pressed={!muted} onClick={() => setMuted(!muted)}>
        <Icon name={muted ? "silence" : "sound"} />
        {muted ? text.soundOff : text.soundOn}
      </button>
    </Picture>
  );
}
