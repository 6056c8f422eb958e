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

/** What the page itself sees: a camera, a shared screen, or a file that plays. */
export function MediaPicture({ media, phase, faces }: Props) {
  const { picture, mirrored } = media;
  const aspect = media.aspect();
  if (picture === null || aspect === null) {
    return <Placeholder icon="microphone" text={words.value.stage.soundOnly} />;
  }
  // What is seen here is what is analysed, which browsers cut from the middle of a camera's picture.
  return (
    <Picture phase={phase} aspect={aspect} faces={faces} mirrored={mirrored}>
      <Mounted element={picture} mirrored={mirrored} />
    </Picture>
  );
}

/** Shows an element that lives longer than the page around it does. */
function Mounted({ element, mirrored }: { element: HTMLVideoElement; mirrored: boolean }) {
  const host = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    host.current?.replaceChildren(element);
    return () => {
      // Browsers pause what is taken out of a document; while another page is shown it goes on.
      const resume = (): void => void element.play().catch(() => undefined);
      if (!element.paused) element.addEventListener("pause", resume, { once: true });
      element.remove();
    };
  }, [element]);

  return <div ref={host} class={mirrored ? "mounted mirrored" : "mounted"} />;
}
