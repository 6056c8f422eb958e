import { canShare } from "../source/screen";
import { words } from "../words";

/** Explains screen sharing, or why it is not available. */
export function ScreenPanel() {
  const { chooser, problems } = words.value;
  const why = navigator.mediaDevices === undefined ? problems.insecure : problems.cannotShare;
  return <p>{canShare ? chooser.screen : why.advice}</p>;
}
