import { useLayoutEffect, useRef } from "preact/hooks";

import type { Media } from "../source/media";
import type { Phase } from "../session/phase";
import type { Face } from "../server/wire";
import { words } from "../words";
import { Picture } from "./Picture";
import { Placeholder } from "./Placeholder";
import "./MediaPicture.css";

interface Props {
  readonly media: Media;
  readonly phase: Phase;
  readonly faces: readonly Face[];
}

/** The video of a camera, a shared screen or a file. */
export function MediaPicture({ media, phase, faces }: Props) {
  const { picture, mirrored } = media;
  const aspect = media.aspect();
  if (picture === null || aspect === null) {
    return <Placeholder icon="microphone" text={words.value.stage.soundOnly} />;
  }
  // Shows the analysed part: browsers crop a camera's video to the aspect ratio.
  return (
    <Picture phase={phase} aspect={aspect} faces={faces} mirrored={mirrored}>
      <Mounted element={picture} mirrored={mirrored} />
    </Picture>
  );
}

/** Mounts an element that outlives this component. */
function Mounted({ element, mirrored }: { element: HTMLVideoElement; mirrored: boolean }) {
  const host = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    host.current?.replaceChildren(element);
    return () => {
      // Browsers pause an element that is removed; it must keep playing while another page is
      // shown.
      const resume = (): void => void element.play().catch(() => undefined);
      if (!element.paused) element.addEventListener("pause", resume, { once: true });
      element.remove();
    };
  }, [element]);

  return <div ref={host} class={mirrored ? "mounted mirrored" : "mounted"} />;
}
