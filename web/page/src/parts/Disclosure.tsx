import { words } from "../words";
import "./Disclosure.css";

const local = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);

/** What is analysed, where the data goes, its limits, and the law. */
export function Disclosure() {
  const text = words.value.disclosure;
  return (
    <dl class="disclosure">
      <dt>{text.what}</dt>
      <dd>{text.whatText}</dd>
      <dt>{text.where}</dt>
      <dd>{text.whereText(local ? null : location.host)}</dd>
      <dt>{text.can}</dt>
      <dd>{text.canText}</dd>
      <dt>{text.cannot}</dt>
      <dd>{text.cannotText}</dd>
      <dt>{text.law}</dt>
      <dd>{text.lawText}</dd>
    </dl>
  );
}
