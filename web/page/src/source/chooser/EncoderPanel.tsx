import { words } from "../../words";

/** What an encoder will need. */
export function EncoderPanel() {
  return <p>{words.value.chooser.encoder}</p>;
}
