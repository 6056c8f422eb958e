import { words } from "../words";
import { Dialog } from "./Dialog";

interface Props {
  readonly title: string;
  readonly text: string;
  /** Label of the confirming button. */
  readonly action: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks for confirmation. */
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
