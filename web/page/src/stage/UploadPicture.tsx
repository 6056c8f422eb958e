import { useEffect, useRef, useState } from "preact/hooks";

import type { Phase } from "../session/phase";
import type { MoodEvent } from "../server/wire";
import { Picture } from "./Picture";
import { RemotePicture } from "./RemotePicture";

interface Props {
  readonly file: File;
  readonly phase: Phase;
  readonly mood: MoodEvent | null;
}

/** The frame that the analysis has reached, if the browser can show the file. */
export function UploadPicture({ file, phase, mood }: Props) {
  const video = useRef<HTMLVideoElement>(null);
  const [address, setAddress] = useState<string | null>(null);
  const [aspect, setAspect] = useState<number | null>(null);
  const t = mood?.t ?? 0;

  useEffect(() => {
    const element = video.current;
    const made = URL.createObjectURL(file);
    setAddress(made);
    setAspect(null);
    return () => {
      // Stop loading before the URL is revoked.
      element?.removeAttribute("src");
      element?.load();
      URL.revokeObjectURL(made);
    };
  }, [file]);

  useEffect(() => {
    if (video.current !== null) video.current.currentTime = t;
  }, [t, aspect]);

  const shown = (
    <video
      ref={video}
      src={address ?? undefined}
      hidden={aspect === null}
      preload="auto"
      muted
      playsInline
      onLoadedMetadata={({ currentTarget: { videoWidth, videoHeight } }) => {
        if (videoWidth > 0) setAspect(videoWidth / videoHeight);
      }}
    />
  );
  return aspect === null ? (
    <>
      {shown}
      <RemotePicture of="upload" phase={phase} mood={mood} />
    </>
  ) : (
    <Picture phase={phase} aspect={aspect} faces={mood?.face?.faces ?? []}>
      {shown}
    </Picture>
  );
}
