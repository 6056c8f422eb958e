import { notice } from "../parts/notice";
import "./Notice.css";

/** Shows for a moment what a shortcut did. */
export function Notice() {
  return (
    <p class="toast" role="status" data-testid="notice">
      {notice.value !== null && <span>{notice.value}</span>}
    </p>
  );
}
