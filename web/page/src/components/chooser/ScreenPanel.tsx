import { canShare } from "../../screen";
import { words } from "../../words";

/** What to expect of sharing, before the browser asks what. */
export function ScreenPanel() {
  const { chooser, problems } = words.value;
  return <p>{canShare ? chooser.screen : problems.cannotShare.advice}</p>;
}
