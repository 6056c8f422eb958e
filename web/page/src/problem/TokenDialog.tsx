import { useRef } from "preact/hooks";

import { keepServerToken } from "../server/tokens";
import { words } from "../words";
import { Dialog } from "../parts/Dialog";

interface Props {
  readonly title: string;
  /** The token was entered and is kept. */
  readonly onToken: () => void;
  readonly onClose: () => void;
}

/** Asks for the token of a server that requires one. */
export function TokenDialog({ title, onToken, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { token: text, common } = words.value;
  const input = useRef<HTMLInputElement>(null);

  function submit(event: Event): void {
    event.preventDefault();
    const token = input.current?.value.trim() ?? "";
    if (token === "") return;
    keepServerToken(token);
    dialog.current?.close();
    onToken();
  }

  return (
    <Dialog dialog={dialog} labelledBy="token-title" onClose={onClose}>
      <form onSubmit={submit}>
        <h2 id="token-title">{title}</h2>
        <label>
          {text.label}
          <input ref={input} type="password" autocomplete="off" required />
        </label>
        <p class="hint">{text.hint}</p>
        <div class="row">
          <button type="button" onClick={() => dialog.current?.close()}>
            {common.cancel}
          </button>
          <button type="submit" class="primary">
            {common.proceed}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
