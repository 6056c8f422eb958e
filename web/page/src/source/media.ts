/** Cameras and microphones, and the streams that are sent for analysis. */

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

/** Open media of any source. */
export interface Media {
  /** Full-size video for the user; null without video. */
  readonly picture: HTMLVideoElement | null;
  /** The stream for the server: audio, and small video at a low rate. */
  readonly analysis: MediaStream;
  /**
   * Width by height of the analysed video; null without video. Read it for each render: it is known
   * once frames arrive, and changes when a phone is rotated.
   */
  readonly aspect: () => number | null;
  /** Front cameras are mirrored, as users expect. */
  readonly mirrored: boolean;
  /** Playback controls; null for live media. */
  readonly player: Player | null;
  readonly close: () => void;
}

export interface Player {
  readonly element: HTMLVideoElement;
  /** Whether the user hears it; the server always does. */
  readonly audible: Signal<boolean>;
}

const PREVIEW: MediaTrackConstraints = { width: { ideal: 1280 }, height: { ideal: 720 } };

/** The resolution that the analysis needs; more would only cost time on the server. */
const ANALYSIS = { long: 320, short: 240, rate: 10 };

/** Shared screens and files are sent larger, because faces in films and calls are small. */
export const SHARED = { long: 640, rate: 10 };

/** Audio processing for calls distorts the voice features. */
export const SOUND: MediaTrackConstraints = {
  echoCancellation: false,
  noiseSuppression: false,
  autoGainControl: false,
  channelCount: { ideal: 1 },
};

/** Lists the devices. Their names are only available with permission. */
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
 * Opens the selected devices. Calls `lost` once if a device stops by itself. Throws a ProblemError
 * if they can't be opened.
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

/** Returns the media of a live stream; `small` is the video track for the server. */
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

/** Returns a muted element that shows a stream. */
function viewOf(stream: MediaStream): HTMLVideoElement {
  const element = document.createElement("video");
  element.muted = true;
  element.autoplay = true;
  element.playsInline = true;
  element.srcObject = stream;
  return element;
}

/** Returns a second, smaller track of the same camera. */
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

/** Falls back to the default if a remembered device is missing. */
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

/** Returns the problem of denied access; for two devices, browsers don't tell which was denied. */
export function denied(
  choice: DeviceSelection,
): (typeof PROBLEMS)["denied" | "deniedCamera" | "deniedMicrophone"] {
  if (choice.camera === null) return PROBLEMS.deniedMicrophone;
  if (choice.microphone === null) return PROBLEMS.deniedCamera;
  return PROBLEMS.denied;
}

/** Returns the problem of a missing device. */
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
