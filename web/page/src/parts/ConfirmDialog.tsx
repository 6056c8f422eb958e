import { useEffect, useRef } from "preact/hooks";

import { words } from "../words";

interface Props {
  readonly title: string;
  readonly text: string;
  /** What the button says that does it. */
  readonly action: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before something is done that cannot be undone. */
export function ConfirmDialog({ title, text, action, onConfirm, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);

  useEffect(() => dialog.current?.showModal(), []);

  return (
    <dialog
      ref={dialog}
      onClose={() => {
        if (dialog.current?.returnValue === "confirmed") onConfirm();
        onClose();
      }}
      aria-labelledby="confirm-title"
    >
      <form method="dialog">
        <h2 id="confirm-title">{title}</h2>
        <p>{text}</p>
        <div class="row">
          <button type="submit">{words.value.common.cancel}</button>
          <button type="submit" class="danger" value="confirmed" data-testid="confirm">
            {action}
          </button>
        </div>
      </form>
    </dialog>
  );
}
