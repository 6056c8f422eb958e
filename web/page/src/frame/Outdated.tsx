import { outdated } from "./upgrade";
import { words } from "../words";
import { Icon } from "../parts/Icon";
import "./Outdated.css";
import "../problem/ProblemBanner.css";

/** Asks to reload a page that is older than the server. */
export function Outdated() {
  const { upgrade } = words.value;
  if (!outdated.value) return null;
  return (
    <section class="problem information" role="alert">
      <Icon name="loop" />
      <div>
        <strong>{upgrade.what}</strong>
        <p>{upgrade.advice}</p>
      </div>
      <div class="remedies">
        <button type="button" class="primary" onClick={() => location.reload()}>
          {upgrade.reload}
        </button>
      </div>
    </section>
  );
}
