import { useRef } from "preact/hooks";

import { KEYS } from "./commands";
import { enableShortcuts, helpOpen, shortcutsEnabled } from "../settings/keyboard";
import { fragmentOf } from "../browser/router";
import { words } from "../words";
import { Dialog } from "../parts/Dialog";
import "./HelpDialog.css";

/** The list of keyboard shortcuts. */
export function HelpDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const { keys: text, common, settings } = words.value;

  return (
    <Dialog
      dialog={dialog}
      class="help"
      labelledBy="help-title"
      onClose={() => (helpOpen.value = false)}
    >
      <form method="dialog">
        <h2 id="help-title">{text.title}</h2>
        <dl class={shortcutsEnabled.value ? "keys" : "keys off"}>
          {Object.entries(KEYS).map(([key, command]) => (
            <div key={key}>
              <dt>
                <kbd>{key.toUpperCase()}</kbd>
              </dt>
              <dd>{text.commands[command]}</dd>
            </div>
          ))}
        </dl>
        <label class="check">
          <input
            type="checkbox"
            checked={shortcutsEnabled.value}
            onChange={({ currentTarget }) => enableShortcuts(currentTarget.checked)}
          />
          {text.enabled}
        </label>
        <p class="hint">{text.hint}</p>
        <div class="row">
          <a href={fragmentOf("settings")} class="button" onClick={() => dialog.current?.close()}>
            {settings.reliability}
          </a>
          <button type="submit" class="primary" autofocus>
            {common.close}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
