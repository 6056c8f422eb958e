import { useEffect } from "preact/hooks";

import { devices, startPreview, media, stopPreview } from "../session/media";
import { listDevices } from "../source/media";
import { words } from "../words";
import { DeviceChoice } from "../stage/DeviceChoice";
import { Icon } from "../parts/Icon";
import { StreamMeter } from "../stage/LevelMeter";
import { MediaPicture } from "../stage/MediaPicture";
import "./CameraPanel.css";

/** Selects camera and microphone, with a preview before anything is sent. */
export function CameraPanel() {
  const text = words.value.chooser;
  const open = media.value;

  useEffect(() => {
    void listDevices().then((found) => (devices.value = found));
    return stopPreview;
  }, []);

  return (
    <>
      <DeviceChoice />
      {open !== null && (
        <>
          <div class="preview">
            <MediaPicture media={open} phase="idle" faces={[]} />
            <StreamMeter key={open.analysis.id} stream={open.analysis} />
          </div>
          <p class="hint">{text.previewHint}</p>
        </>
      )}
      <button
        type="button"
        class="quiet"
        aria-pressed={open !== null}
        onClick={() => (open === null ? void startPreview() : stopPreview())}
      >
        <Icon name="camera" />
        {open === null ? text.preview : text.closePreview}
      </button>
    </>
  );
}
