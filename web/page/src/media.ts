/** Cameras and microphones: what there is, what was chosen, and what is sent for analysis. */

import { PROBLEMS, Trouble } from "./problem";

/** A device's id, "" for the browser's default, or null for none. */
export interface Choice {
  readonly camera: string | null;
  readonly microphone: string | null;
}

export interface Device {
  readonly id: string;
  readonly label: string;
}

export interface Devices {
  readonly cameras: readonly Device[];
  readonly microphones: readonly Device[];
}

export interface Media {
  /** The full-size picture, for the person alone. */
  readonly preview: MediaStream;
  /** What the server gets: sound, and a small picture at a low rate. */
  readonly analysis: MediaStream;
  /**
   * Width by height of the analysed picture; null without a camera. It is known only once pictures
   * flow, and changes when a phone is turned, so ask again for each drawing.
   */
  readonly aspect: () => number | null;
  /** People expect to see themselves as in a mirror, but not what a rear camera sees. */
  readonly mirrored: boolean;
  readonly close: () => void;
}

const PREVIEW: MediaTrackConstraints = { width: { ideal: 1280 }, height: { ideal: 720 } };

/** The analysis needs no more, and every pixel less is time saved on the server. */
const ANALYSIS = { long: 320, short: 240, rate: 10 };

/** What makes calls pleasant bends the voice features. */
const SOUND: MediaTrackConstraints = {
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
 * Throws a Trouble where that is not possible.
 */
export async function openMedia(choice: Choice, lost: () => void): Promise<Media> {
  if (navigator.mediaDevices === undefined) throw new Trouble(PROBLEMS.insecure);
  if (choice.camera === null && choice.microphone === null) {
    throw new Trouble(PROBLEMS.nothingChosen);
  }
  const preview = await capture(choice);
  const camera = preview.getVideoTracks()[0];
  const sent = preview.getAudioTracks();
  const small = camera && (await shrink(camera));
  if (small !== undefined) sent.push(small);
  const analysis = new MediaStream(sent);
  const tracks = new Set([...preview.getTracks(), ...sent]);
  for (const track of preview.getTracks()) track.addEventListener("ended", lost, { once: true });
  return {
    preview,
    analysis,
    aspect: () => {
      const { width = ANALYSIS.long, height = ANALYSIS.short } = small?.getSettings() ?? {};
      return small === undefined ? null : width / height;
    },
    mirrored: camera?.getSettings().facingMode !== "environment",
    close: () => tracks.forEach((track) => track.stop()),
  };
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

async function capture(choice: Choice): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia({
      video: choice.camera !== null && { ...PREVIEW, ...exactly(choice.camera) },
      audio: choice.microphone !== null && { ...SOUND, ...exactly(choice.microphone) },
    });
  } catch (error) {
    throw new Trouble(await captureProblem(error, choice));
  }
}

function exactly(id: string): MediaTrackConstraints {
  return id === "" ? {} : { deviceId: { exact: id } };
}

async function captureProblem(
  error: unknown,
  choice: Choice,
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
  choice: Choice,
): (typeof PROBLEMS)["denied" | "deniedCamera" | "deniedMicrophone"] {
  if (choice.camera === null) return PROBLEMS.deniedMicrophone;
  if (choice.microphone === null) return PROBLEMS.deniedCamera;
  return PROBLEMS.denied;
}

/** Which of the wanted devices is the one that is not there. */
export function missing(
  choice: Choice,
  present: readonly Pick<MediaDeviceInfo, "kind" | "deviceId">[],
): (typeof PROBLEMS)["noCamera" | "noMicrophone" | "noDevices"] {
  const lacks = (wanted: string | null, kind: MediaDeviceKind): boolean =>
    wanted !== null &&
    !present.some((d) => d.kind === kind && (wanted === "" || d.deviceId === wanted));
  const camera = lacks(choice.camera, "videoinput");
  const microphone = lacks(choice.microphone, "audioinput");
  if (camera === microphone) return PROBLEMS.noDevices;
  return camera ? PROBLEMS.noCamera : PROBLEMS.noMicrophone;
}
