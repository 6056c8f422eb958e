import { words } from "../words";

/** What an encoder will need. */
export function WhipPanel() {
  return <p>{words.value.chooser.whip}</p>;
}
