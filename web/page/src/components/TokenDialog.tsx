import { useEffect, useRef } from "preact/hooks";

import { keepServerToken } from "../api";
import { remedy } from "../live";

interface Props {
  readonly title: string;
  readonly onClose: () => void;
}

/** Asks for the token of a server that does not let everyone open sessions. */
export function TokenDialog({ title, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const input = useRef<HTMLInputElement>(null);

  useEffect(() => dialog.current?.showModal(), []);

  function submit(event: Event): void {
    event.preventDefault();
    const token = input.current?.value.trim() ?? "";
    if (token === "") return;
    keepServerToken(token);
    dialog.current?.close();
    remedy("retry");
  }

  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="token-title">
      <form onSubmit={submit}>
        <h2 id="token-title">{title}</h2>
        <label>
          Token
          <input ref={input} type="password" autocomplete="off" required data-testid="token" />
        </label>
        <p class="hint">It is kept in this tab until you close it.</p>
        <div class="row">
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" class="primary">
            Go on
          </button>
        </div>
      </form>
    </dialog>
  );
}
