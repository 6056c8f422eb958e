import { words } from "../words";
import { Dialog } from "./Dialog";

interface Props {
  readonly title: string;
  readonly text: string;
  /** The label of the button that does it. */
  readonly action: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before something is done that cannot be undone. */
export function ConfirmDialog({ title, text, action, onConfirm, onClose }: Props) {
  return (
    <Dialog labelledBy="confirm-title" onClose={onClose}>
      <form method="dialog">
        <h2 id="confirm-title">{title}</h2>
        <p>{text}</p>
        <div class="row">
          <button type="submit">{words.value.common.cancel}</button>
          <button type="submit" class="danger" onClick={onConfirm}>
            {action}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
