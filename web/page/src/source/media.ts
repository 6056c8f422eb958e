/** Cameras and microphones: what there is, what was chosen, and what is sent for analysis. */

import type { Signal } from "@preact/signals";

import { PROBLEMS, ProblemError } from "../problem/problem";
import type { DeviceSelection } from "./source";

export interface Device {
  readonly id: string;
  readonly label: string;
}

export interface Devices {
  readonly cameras: readonly Device[];
  readonly microphones: readonly Device[];
}

/** What the page sees and hears, wherever it comes from. */
export interface Media {
  /** The full-size picture, for the person alone; null without one. */
  readonly picture: HTMLVideoElement | null;
  /** What the server gets: sound, and a small picture at a low rate. */
  readonly analysis: MediaStream;
  /**
   * Width by height of the analysed picture; null without one. It is known only once pictures
   * flow, and changes when a phone is turned, so ask again for each drawing.
   */
  readonly aspect: () => number | null;
  /** People expect to see themselves as in a mirror, but not what a rear camera sees. */
  readonly mirrored: boolean;
  /** What can be paused and moved; null for what is live. */
  readonly player: Player | null;
  readonly close: () => void;
}

export interface Player {
  readonly element: HTMLVideoElement;
  /** Whether the person hears it; the server does in any case. */
  readonly audible: Signal<boolean>;
}

const PREVIEW: MediaTrackConstraints = { width: { ideal: 1280 }, height: { ideal: 720 } };

/** The analysis needs no more, and every pixel less is time saved on the server. */
const ANALYSIS = { long: 320, short: 240, rate: 10 };

/** Faces in a film or in a call are small: what is shared is sent larger than a camera's picture. */
export const SHARED = { long: 640, rate: 10 };

/** What makes calls pleasant bends the voice features. */
export const SOUND: MediaTrackConstraints = {
  echoCancellation: false,
  noiseSuppression: false,
  autoGainControl: false,
  channelCount: { ideal: 1 },
};

/** Lists the devices; their names are known only once permission was given. */
export async function listDevices(): Promise<Devices> {
  const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  const named = (kind: MediaDeviceKind): Device[] =>
    all
      .filter((device) => device.kind === kind && device.deviceId !== "" && device.label !== "")
      .filter((device) => device.deviceId !== "default" && device.deviceId !== "communications")
      .map((device) => ({ id: device.deviceId, label: device.label }));
  return { cameras: named("videoinput"), microphones: named("audioinput") };
}

/**
 * Opens the chosen devices. Calls `lost` once if one of them stops by itself.
 *
 * Throws a ProblemError where that is not possible.
 */
export async function openDevices(choice: DeviceSelection, lost: () => void): Promise<Media> {
  if (navigator.mediaDevices === undefined) throw new ProblemError(PROBLEMS.insecure);
  if (choice.camera === null && choice.microphone === null) {
    throw new ProblemError(PROBLEMS.nothingChosen);
  }
  const stream = await capture(choice);
  const camera = stream.getVideoTracks()[0];
  const small = camera && (await shrink(camera));
  for (const track of stream.getTracks()) track.addEventListener("ended", lost, { once: true });
  return {
    ...streamed(stream, small),
    aspect: () => {
      const { width = ANALYSIS.long, height = ANALYSIS.short } = small?.getSettings() ?? {};
      return small === undefined ? null : width / height;
    },
    mirrored: camera?.getSettings().facingMode !== "environment",
  };
}

/** What every live stream has in common; `small` is its picture as the server gets it. */
export function streamed(
  stream: MediaStream,
  small: MediaStreamTrack | undefined,
): Pick<Media, "picture" | "analysis" | "player" | "close"> {
  const sent = [...stream.getAudioTracks(), ...(small === undefined ? [] : [small])];
  const tracks = new Set([...stream.getTracks(), ...sent]);
  return {
    picture: small === undefined ? null : viewOf(stream),
    analysis: new MediaStream(sent),
    player: null,
    close: () => tracks.forEach((track) => track.stop()),
  };
}

/** An element that shows a stream, and leaves its sound to where it comes from. */
function viewOf(stream: MediaStream): HTMLVideoElement {
  const element = document.createElement("video");
  element.muted = true;
  element.autoplay = true;
  element.playsInline = true;
  element.srcObject = stream;
  return element;
}

/** A second track of the same camera; the browser scales it and leaves the first as it is. */
async function shrink(camera: MediaStreamTrack): Promise<MediaStreamTrack> {
  const small = camera.clone();
  const { width = 4, height = 3 } = camera.getSettings();
  const upright = height > width;
  await small.applyConstraints({
    width: upright ? ANALYSIS.short : ANALYSIS.long,
    height: upright ? ANALYSIS.long : ANALYSIS.short,
    frameRate: ANALYSIS.rate,
  });
  return small;
}

async function capture(choice: DeviceSelection): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia({
      video: choice.camera !== null && { ...PREVIEW, ...preferably(choice.camera) },
      audio: choice.microphone !== null && { ...SOUND, ...preferably(choice.microphone) },
    });
  } catch (error) {
    throw new ProblemError(await captureProblem(error, choice));
  }
}

/** A device that is remembered and gone makes way for the default. */
function preferably(id: string): MediaTrackConstraints {
  return id === "" ? {} : { deviceId: { ideal: id } };
}

async function captureProblem(
  error: unknown,
  choice: DeviceSelection,
): Promise<(typeof PROBLEMS)[keyof typeof PROBLEMS]> {
  switch (error instanceof DOMException ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return denied(choice);
    case "NotFoundError":
    case "OverconstrainedError":
      return missing(choice, await navigator.mediaDevices.enumerateDevices());
    case "NotReadableError":
    case "AbortError":
      return PROBLEMS.busy;
    default:
      throw error;
  }
}

/** Which of the devices was asked for in vain; of two, the browser does not tell. */
export function denied(
  choice: DeviceSelection,
): (typeof PROBLEMS)["denied" | "deniedCamera" | "deniedMicrophone"] {
  if (choice.camera === null) return PROBLEMS.deniedMicrophone;
  if (choice.microphone === null) return PROBLEMS.deniedCamera;
  return PROBLEMS.denied;
}

/** Which of the wanted devices is the one that is not there. */
export function missing(
  choice: DeviceSelection,
  present: readonly Pick<MediaDeviceInfo, "kind">[],
): (typeof PROBLEMS)["noCamera" | "noMicrophone" | "noDevices"] {
  const lacks = (wanted: string | null, kind: MediaDeviceKind): boolean =>
    wanted !== null && !present.some((device) => device.kind === kind);
  const camera = lacks(choice.camera, "videoinput");
  const microphone = lacks(choice.microphone, "audioinput");
  if (camera === microphone) return PROBLEMS.noDevices;
  return camera ? PROBLEMS.noCamera : PROBLEMS.noMicrophone;
}
