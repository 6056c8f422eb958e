/** Screen sharing: a screen, window or tab, with its audio if available. */

import { type Media, SHARED, SOUND, streamed } from "./media";
import { PROBLEMS, ProblemError } from "../problem/problem";

/** Options of the Screen Capture specification that TypeScript lacks. */
interface ShareOptions extends DisplayMediaStreamOptions {
  readonly selfBrowserSurface: "include" | "exclude";
  readonly surfaceSwitching: "include" | "exclude";
  readonly systemAudio: "include" | "exclude";
}

const OPTIONS: ShareOptions = {
  video: { width: { max: 1280 }, height: { max: 1280 } },
  // The user keeps hearing the shared tab: suppressLocalAudioPlayback stays off.
  audio: SOUND,
  selfBrowserSurface: "exclude",
  surfaceSwitching: "include",
  systemAudio: "include",
};

/** Whether this browser supports screen sharing; phones don't. */
export const canShare = typeof navigator.mediaDevices?.getDisplayMedia === "function";

/**
 * Asks the user what to share. Calls `ended` once when sharing stops. Throws a ProblemError if
 * nothing is shared.
 */
export async function openScreen(ended: () => void): Promise<Media> {
  if (navigator.mediaDevices === undefined) throw new ProblemError(PROBLEMS.insecure);
  if (!canShare) throw new ProblemError(PROBLEMS.cannotShare);
  const stream = await share();
  const picture = stream.getVideoTracks()[0];
  if (picture === undefined) throw new ProblemError(PROBLEMS.notShared);
  const small = picture.clone();
  // Maximum sizes keep the aspect ratio of a resized window. The hint makes the codec favour frame
  // rate over sharp text.
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
