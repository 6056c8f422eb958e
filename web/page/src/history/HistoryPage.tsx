import { useCallback, useEffect, useState } from "preact/hooks";

import { titleOf } from "../words/format";
import { close, open, problem, refresh, replays } from "./history";
import { fragmentOf, subjects } from "../browser/router";
import { words } from "../words";
import { Comparison } from "./Comparison";
import { ExportDialog } from "./ExportDialog";
import { Icon } from "../parts/Icon";
import { PageProblem } from "../problem/ProblemBanner";
import { ReplayView } from "./ReplayView";
import { SessionList } from "./SessionList";

/** The list of sessions, the replay of one, or the comparison of several. */
export function HistoryPage() {
  const ids = subjects.value;
  const [exporting, setExporting] = useState(false);
  const load = useCallback(() => void (ids.length === 0 ? refresh() : open(ids)), [ids]);
  useEffect(() => {
    load();
    return close;
  }, [load]);
  const text = words.value.history;
  const [first, ...others] = replays.value ?? [];
  return (
    <div class="page">
      <PageProblem of={problem} onRemedy={load} />
      {ids.length === 0 ? (
        <SessionList />
      ) : (
        <>
          <div class="title-row">
            <a class="button quiet" href={fragmentOf("history")}>
              <Icon name="earlier" />
              {text.all}
            </a>
            <h2>{ids.length > 1 ? text.comparison : first ? titleOf(first.info) : text.replay}</h2>
            {first !== undefined && ids.length === 1 && (
              <div class="row">
                <button type="button" onClick={() => setExporting(true)}>
                  <Icon name="download" />
                  {words.value.export.button}
                </button>
              </div>
            )}
          </div>
          {first !== undefined && exporting && (
            <ExportDialog
              id={first.info.id}
              title={titleOf(first.info)}
              onClose={() => setExporting(false)}
            />
          )}
          {first === undefined && problem.value === null && (
            <p class="hint" role="status">
              {words.value.replay.loading}
            </p>
          )}
          {first !== undefined && ids.length === 1 && (
            <ReplayView key={first.info.id} replay={first} />
          )}
          {first !== undefined && ids.length > 1 && <Comparison replays={[first, ...others]} />}
        </>
      )}
    </div>
  );
}
