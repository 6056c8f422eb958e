import { notice } from "../parts/notice";
import "./Notice.css";

/** Says for a moment what a key has done. */
export function Notice() {
  return (
    <p class="toast" role="status" data-testid="notice">
      {notice.value !== null && <span>{notice.value}</span>}
    </p>
  );
}
