import { whipAddress } from "../server/addresses";
import type { OpenedSession } from "../server/wire";
import { words } from "../words";
import { Copyable } from "../parts/Copyable";
import "./WhipSetup.css";

/** The settings to paste into OBS or another encoder. */
export function WhipSetup({ session: { token } }: { session: OpenedSession }) {
  const text = words.value.stage.whip;
  return (
    <section class="card whip" aria-labelledby="whip-title">
      <h2 id="whip-title">{text.title}</h2>
      <p class="hint">{text.steps}</p>
      <Copyable label={text.address} value={whipAddress()} />
      <Copyable key={token} label={text.token} value={token} secret />
    </section>
  );
}
