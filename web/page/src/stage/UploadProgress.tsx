import { clock, percent } from "../words/format";
import { stop } from "../session/session";
import { isRunning } from "../session/phase";
import type { State } from "../session/state";
import { words } from "../words";
import "./UploadProgress.css";

/** Progress of the upload, then of the analysis. */
export function UploadProgress({ state: { phase, sent, duration, t } }: { state: State }) {
  const { stage, common } = words.value;
  const sending = phase === "opening";
  const share = sending ? (sent ?? 0) : duration === null ? undefined : Math.min(t / duration, 1);
  const text = sending
    ? stage.uploading(percent(sent ?? 0))
    : duration === null
      ? stage.analysedSoFar(clock(t))
      : stage.analysed(clock(t), clock(duration));
  return (
    <div class="progress">
      <label>
        <span data-testid="progress">{text}</span>
        <progress value={share} max={1} />
      </label>
      {isRunning(phase) && (
        <button type="button" onClick={stop}>
          {common.cancel}
        </button>
      )}
    </div>
  );
}
