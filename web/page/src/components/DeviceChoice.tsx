import { choice, choose, devices } from "../live";
import type { Device } from "../media";
import { Icon } from "./Icon";

/** In the list, "none" cannot be a device's id: ids are long random strings. */
const NONE = "none";

interface SelectProps {
  readonly icon: "camera" | "microphone";
  readonly label: string;
  readonly none: string;
  readonly devices: readonly Device[];
  readonly value: string | null;
  readonly onChange: (id: string | null) => void;
}

function DeviceSelect({ icon, label, none, devices, value, onChange }: SelectProps) {
  return (
    <label class="device">
      <Icon name={icon} />
      <span class="visually-hidden">{label}</span>
      <select
        value={value ?? NONE}
        onChange={({ currentTarget }) =>
          onChange(currentTarget.value === NONE ? null : currentTarget.value)
        }
      >
        <option value="">Default {label.toLowerCase()}</option>
        {devices.map((device) => (
          <option key={device.id} value={device.id}>
            {device.label}
          </option>
        ))}
        <option value={NONE}>{none}</option>
      </select>
    </label>
  );
}

/** Which camera and microphone to use; also while a session runs. */
export function DeviceChoice() {
  const current = choice.value;
  return (
    <div class="devices">
      <DeviceSelect
        icon="camera"
        label="Camera"
        none="No camera"
        devices={devices.value.cameras}
        value={current.camera}
        onChange={(camera) => choose({ ...current, camera })}
      />
      <DeviceSelect
        icon="microphone"
        label="Microphone"
        none="No microphone"
        devices={devices.value.microphones}
        value={current.microphone}
        onChange={(microphone) => choose({ ...current, microphone })}
      />
    </div>
  );
}
