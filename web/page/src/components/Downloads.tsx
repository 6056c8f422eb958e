import { fragmentOf } from "../router";
import type { Download } from "../wire";
import { words } from "../words";
import { DownloadTable } from "./DownloadTable";

/** Every download as it happens: when, what, and in which mood. */
export function Downloads({ items }: { items: readonly Download[] }) {
  const { title, whole, hint } = words.value.log;
  return (
    <section class="downloads card" aria-labelledby="downloads-title">
      <div class="title-row">
        <h2 id="downloads-title">{title}</h2>
        {items.length > 0 && <a href={fragmentOf("downloads")}>{whole}</a>}
      </div>
      {items.length === 0 ? (
        <p class="hint">{hint}</p>
      ) : (
        <div class="scroll" role="group" aria-labelledby="downloads-title" tabIndex={0}>
          <DownloadTable items={items} columns={["time", "at", "track", "mood", "voice", "face"]} />
        </div>
      )}
    </section>
  );
}
