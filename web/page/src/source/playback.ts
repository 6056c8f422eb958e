/** A file that is played in the page and sent to the server as it plays. */

import { signal } from "@preact/signals";

import { type Media, SHARED } from "./media";
import { PROBLEMS, ProblemError } from "../problem/problem";

/** Delay until the last seconds of the file have reached the server. */
const AFTERMATH_MS = 1500;

/**
 * Opens a file, paused at its beginning. Calls `ended` once, shortly after its end. Video is drawn
 * on a small canvas and audio goes through Web Audio: this works in every browser, unlike
 * `captureStream()`, and muting does not affect the server. Throws a ProblemError if the browser
 * can't play the file.
 */
export async function openPlayback(file: File, ended: () => void): Promise<Media> {
  const address = URL.createObjectURL(file);
  const element = document.createElement("video");
  element.playsInline = true;
  element.preload = "auto";
  try {
    await loaded(element, address);
  } catch (error) {
    URL.revokeObjectURL(address);
    throw error;
  }
  const context = new AudioContext();
  const source = context.createMediaElementSource(element);
  const sent = context.createMediaStreamDestination();
  const heard = new GainNode(context);
  source.connect(sent);
  source.connect(heard).connect(context.destination);
  const audible = signal(true);
  const unsubscribe = audible.subscribe((on) => (heard.gain.value = on ? 1 : 0));
  const aspect = element.videoWidth === 0 ? null : element.videoWidth / element.videoHeight;
  const drawing = aspect === null ? null : draw(element, aspect);
  element.addEventListener("ended", () => window.setTimeout(ended, AFTERMATH_MS), { once: true });
  return {
    picture: aspect === null ? null : element,
    analysis: new MediaStream([
      ...sent.stream.getAudioTracks(),
      ...(drawing?.stream.getVideoTracks() ?? []),
    ]),
    aspect: () => aspect,
    mirrored: false,
    player: { element, audible },
    close: () => {
      unsubscribe();
      drawing?.stop();
      element.pause();
      element.removeAttribute("src");
      element.load();
      URL.revokeObjectURL(address);
      void context.close();
    },
  };
}

function loaded(element: HTMLVideoElement, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    element.addEventListener("loadeddata", () => resolve(), { once: true });
    element.addEventListener("error", () => reject(new ProblemError(PROBLEMS.unreadable)), {
      once: true,
    });
    element.src = address;
  });
}

/** Draws the element on a canvas, at the size and rate that the analysis needs. */
function draw(
  element: HTMLVideoElement,
  aspect: number,
): { readonly stream: MediaStream; readonly stop: () => void } {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(aspect >= 1 ? SHARED.long : SHARED.long * aspect);
  canvas.height = Math.round(aspect >= 1 ? SHARED.long / aspect : SHARED.long);
  const surface = canvas.getContext("2d", { alpha: false });
  const paint = (): void => surface?.drawImage(element, 0, 0, canvas.width, canvas.height);
  paint();
  const timer = window.setInterval(paint, 1000 / SHARED.rate);
  const stream = canvas.captureStream(SHARED.rate);
  return {
    stream,
    stop: () => {
      window.clearInterval(timer);
      for (const track of stream.getTracks()) track.stop();
    },
  };
}
