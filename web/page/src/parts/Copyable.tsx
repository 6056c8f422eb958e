import { useRef, useState } from "preact/hooks";

import { words } from "../words";
import { Icon } from "./Icon";
import "./Copyable.css";

const HIDDEN = "•".repeat(16);

interface Props {
  readonly label: string;
  readonly value: string;
  /** Whether the value is hidden at first. */
  readonly secret?: boolean;
}

/** A value with a copy button. Selects the value where the clipboard is not available. */
export function Copyable({ label, value, secret = false }: Props) {
  const [copied, setCopied] = useState(false);
  const [hidden, setHidden] = useState(secret);
  const input = useRef<HTMLInputElement>(null);
  const text = words.value.common;

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
      setTimeout(() => setCopied(false), 2000);
    } catch {
      setHidden(false);
      input.current?.select();
    }
  }

  return (
    <div class="copyable">
      <label>
        <span>{label}</span>
        <input
          ref={input}
          readOnly
          value={hidden ? HIDDEN : value}
          autocomplete="off"
          spellcheck={false}
          onFocus={({ currentTarget }) => currentTarget.select()}
        />
      </label>
      {secret && (
        <button type="button" aria-pressed={!hidden} onClick={() => setHidden(!hidden)}>
          {hidden ? text.reveal : text.hide}
        </button>
      )}
      <button type="button" onClick={() => void copy()}>
        <Icon name="copy" />
        <span>
          <span aria-live="polite">{copied ? text.copied : text.copy}</span>
          <span class="visually-hidden"> {label}</span>
        </span>
      </button>
    </div>
  );
}
