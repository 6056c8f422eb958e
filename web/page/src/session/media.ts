/** The camera, microphone, screen or file that this page has open. */

import { signal } from "@preact/signals";

import { listDevices, openDevices, type Devices, type Media } from "../source/media";
import { openPlayback } from "../source/playback";
import { openScreen } from "../source/screen";
import { preferences, type Source } from "../source/source";
import { explain, PROBLEMS } from "../problem/problem";
import { isRunning } from "./phase";
import { dispatch, state } from "./store";

export const devices = signal<Devices>({ cameras: [], microphones: [] });
export const media = signal<Media | null>(null);

interface Handlers {
  /** The user stopped sharing, or the file has ended. */
  readonly ended: () => void;
  /** A device was disconnected. */
  readonly lost: () => void;
}

/** Opens the media of a source. */
export function capture(source: Source, { ended, lost }: Handlers): Promise<Media> {
  switch (source.kind) {
    case "screen":
      return openScreen(ended);
    case "playback":
      return openPlayback(source.file, ended);
    default:
      return openDevices(preferences.value.choice, lost);
  }
}

export function closeMedia(): void {
  media.value?.close();
  media.value = null;
}

/** Opens the selected devices for a preview without a session. */
export async function startPreview(): Promise<void> {
  stopPreview();
  dispatch({ type: "problem", problem: null });
  const running = (): boolean => isRunning(state.peek().phase);
  try {
    const opened = await openDevices(preferences.value.choice, () => {
      if (media.value !== opened || running()) return;
      stopPreview();
      dispatch({ type: "problem", problem: PROBLEMS.unplugged });
    });
    if (running()) return opened.close();
    stopPreview();
    media.value = opened;
    devices.value = await listDevices();
  } catch (error) {
    dispatch({ type: "problem", problem: explain(error) });
  }
}

/** Closes the devices, unless a session uses them. */
export function stopPreview(): void {
  if (!isRunning(state.peek().phase)) closeMedia();
}
