import { canShare } from "../source/screen";
import { words } from "../words";

/** What to expect of sharing, before the browser asks what. */
export function ScreenPanel() {
  const { chooser, problems } = words.value;
  const why = navigator.mediaDevices === undefined ? problems.insecure : problems.cannotShare;
  return <p>{canShare ? chooser.screen : why.advice}</p>;
}
