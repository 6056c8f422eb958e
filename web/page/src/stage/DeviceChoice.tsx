import { devices } from "../session/media";
import { chooseDevices } from "../session/session";
import type { Device } from "../source/media";
import { preferences } from "../source/source";
import { words } from "../words";
import { Icon } from "../parts/Icon";
import "./DeviceChoice.css";

/** Value of the option for no device; ids are long random strings. */
const NONE = "none";

interface SelectProps {
  readonly icon: "camera" | "microphone";
  readonly label: string;
  /** Label of the browser's default. */
  readonly preset: string;
  readonly none: string;
  readonly options: readonly Device[];
  readonly value: string | null;
  readonly onChange: (id: string | null) => void;
}

function DeviceSelect({ icon, label, preset, none, options, value, onChange }: SelectProps) {
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
        <option value="">{preset}</option>
        {options.map((device) => (
          <option key={device.id} value={device.id}>
            {device.label}
          </option>
        ))}
        <option value={NONE}>{none}</option>
      </select>
    </label>
  );
}

/** Selects camera and microphone, also during a session. */
export function DeviceChoice() {
  const current = preferences.value.choice;
  const text = words.value.devices;
  return (
    <div class="devices">
      <DeviceSelect
        icon="camera"
        label={text.camera}
        preset={text.defaultCamera}
        none={text.noCamera}
        options={devices.value.cameras}
        value={current.camera}
        onChange={(camera) => chooseDevices({ ...current, camera })}
      />
      <DeviceSelect
        icon="microphone"
        label={text.microphone}
        preset={text.defaultMicrophone}
        none={text.noMicrophone}
        options={devices.value.microphones}
        value={current.microphone}
        onChange={(microphone) => chooseDevices({ ...current, microphone })}
      />
    </div>
  );
}
