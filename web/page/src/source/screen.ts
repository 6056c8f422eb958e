/** A screen, a window or a tab that the person shares, with its sound where there is any. */

import { type Media, SHARED, SOUND, streamed } from "./media";
import { PROBLEMS, ProblemError } from "../problem/problem";

/** What the Screen Capture specification has and TypeScript does not know yet. */
interface ShareOptions extends DisplayMediaStreamOptions {
  readonly selfBrowserSurface: "include" | "exclude";
  readonly surfaceSwitching: "include" | "exclude";
  readonly systemAudio: "include" | "exclude";
}

const OPTIONS: ShareOptions = {
  video: { width: { max: 1280 }, height: { max: 1280 } },
  // The person goes on hearing what is shared: suppressLocalAudioPlayback stays off.
  audio: SOUND,
  selfBrowserSurface: "exclude",
  surfaceSwitching: "include",
  systemAudio: "include",
};

/** Whether this browser can share at all; phones cannot. */
export const canShare = typeof navigator.mediaDevices?.getDisplayMedia === "function";

/**
 * Lets the person choose what to share. Calls `ended` once when they end it, or what is shared goes.
 *
 * Throws a ProblemError where nothing is shared.
 */
export async function openScreen(ended: () => void): Promise<Media> {
  if (navigator.mediaDevices === undefined) throw new ProblemError(PROBLEMS.insecure);
  if (!canShare) throw new ProblemError(PROBLEMS.cannotShare);
  const stream = await share();
  const picture = stream.getVideoTracks()[0];
  if (picture === undefined) throw new ProblemError(PROBLEMS.notShared);
  const small = picture.clone();
  // The limits keep the shape, which changes when a window does. The codec would drop pictures to
  // keep letters sharp, were it not told that faces move.
  await small.applyConstraints({
    width: { max: SHARED.long },
    height: { max: SHARED.long },
    frameRate: { max: SHARED.rate },
  });
  small.contentHint = "motion";
  picture.addEventListener("ended", ended, { once: true });
  const media = streamed(stream, small);
  return {
    ...media,
    aspect: () => {
      const { videoWidth = 0, videoHeight = 0 } = media.picture ?? {};
      return videoHeight === 0 ? 16 / 9 : videoWidth / videoHeight;
    },
    mirrored: false,
  };
}

async function share(): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getDisplayMedia(OPTIONS);
  } catch (error) {
    switch (error instanceof DOMException ? error.name : "") {
      case "NotAllowedError":
        throw new ProblemError(PROBLEMS.notShared);
      case "NotFoundError":
      case "NotReadableError":
        throw new ProblemError(PROBLEMS.nothingToShare);
      default:
        throw error;
    }
  }
}
