import { words } from "../words";

/** Explains how to connect an encoder. */
export function WhipPanel() {
  return <p>{words.value.chooser.whip}</p>;
}
