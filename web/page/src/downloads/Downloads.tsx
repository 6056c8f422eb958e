import { creditsAddress } from "../server/addresses";
import { session } from "../session/store";
import { fragmentOf } from "../browser/router";
import type { Download } from "../server/wire";
import { words } from "../words";
import { DownloadTable } from "./DownloadTable";
import "./Downloads.css";

/** The downloads of this session, updated live. */
export function Downloads({ items }: { items: readonly Download[] }) {
  const { title, whole, hint, credits, creditsHint } = words.value.log;
  const of = session.value;
  return (
    <section class="downloads card" aria-labelledby="downloads-title">
      <div class="title-row">
        <h2 id="downloads-title">{title}</h2>
        {of !== null && (
          <a href={creditsAddress(of)} download="moodcue-credits.txt" title={creditsHint}>
            {credits}
          </a>
        )}
        <a href={fragmentOf("downloads")}>{whole}</a>
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
