/** A file that the page plays: the person sees and hears it, and the server gets the same. */

import { signal } from "@preact/signals";

import { type Media, SHARED } from "./media";
import { PROBLEMS, ProblemError } from "../problem/problem";

/** The windows of the last seconds reach the server this much later than they are heard. */
const AFTERMATH_MS = 1500;

/**
 * Opens a file at its beginning; it does not play yet. Calls `ended` once, shortly after its end.
 *
 * The picture is drawn small on a canvas and the sound goes through Web Audio: unlike
 * `captureStream()` of the element that works in every browser, and what the person hears can be
 * turned off without the server hearing it. Throws a ProblemError where the browser cannot play it.
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

/** Draws what the element shows, as large and as often as the analysis needs it. */
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
