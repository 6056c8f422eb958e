import { useEffect } from "preact/hooks";

import { devices, look, media, unlook } from "../../live/live";
import { listDevices } from "../media";
import { words } from "../../words";
import { DeviceChoice } from "../DeviceChoice";
import { Icon } from "../../parts/Icon";
import { StreamMeter } from "../Meter";
import { MediaPicture } from "../../live/stage/MediaPicture";

/** Which camera and microphone; a look and a listen before anything is sent. */
export function CameraPanel() {
  const text = words.value.chooser;
  const open = media.value;

  useEffect(() => {
    void listDevices().then((found) => (devices.value = found));
    return unlook;
  }, []);

  return (
    <>
      <DeviceChoice />
      {open !== null && (
        <>
          <div class="looking">
            <MediaPicture media={open} phase="idle" faces={[]} />
            <StreamMeter key={open.analysis.id} stream={open.analysis} />
          </div>
          <p class="hint">{text.looking}</p>
        </>
      )}
      <button
        type="button"
        class="quiet"
        aria-pressed={open !== null}
        data-testid="look"
        onClick={() => (open === null ? void look() : unlook())}
      >
        <Icon name="camera" />
        {open === null ? text.look : text.unlook}
      </button>
    </>
  );
}
