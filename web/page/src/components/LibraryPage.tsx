import { useEffect } from "preact/hooks";

import { dots, listed, look, offset, PAGE_SIZE, problem, refresh, watchWish, wish } from "../browsing";
import { ANY_TRACK, isNarrow } from "../catalogue";
import { MoodPlane } from "./MoodPlane";
import { ProblemBanner } from "./ProblemBanner";
import { TrackFilters } from "./TrackFilters";
import { TrackList } from "./TrackList";

/** The whole catalogue: searched, browsed, listened to, and corrected where a mood is wrong. */
export function LibraryPage() {
  useEffect(watchWish, []);
  const found = listed.value;
  return (
    <div class="page">
      {problem.value !== null && (
        <ProblemBanner
          problem={problem.value}
          onRemedy={() => void refresh()}
          onDismiss={() => (problem.value = null)}
        />
      )}
      <div class="title-row">
        <h2>Library</h2>
        {found !== null && (
          <p class="hint" role="status" data-testid="found">
            {found.total.toLocaleString()} {found.total === 1 ? "track" : "tracks"}
          </p>
        )}
      </div>
      <TrackFilters />
      <div class="browse">
        <MoodPlane tracks={dots.value} place={wish.value.place} onPlace={(place) => look({ place })} />
        {found !== null && (found.total === 0 ? <Nothing /> : <TrackList found={found} />)}
      </div>
      {found !== null && found.total > PAGE_SIZE && <Pages total={found.total} />}
    </div>
  );
}

/** Why nothing is listed, and what to do. */
function Nothing() {
  return (
    <section class="card nothing" data-testid="empty">
      <h3>No track meets these conditions</h3>
      <p>
        Use fewer words, a wider tempo or another mood.
        {wish.value.licence !== "" &&
          " Only music of one kind of licence is listed: choose “Any” to see the rest as well."}
      </p>
      {isNarrow(wish.value) && (
        <button type="button" onClick={() => look(ANY_TRACK)}>
          Show all that may be published
        </button>
      )}
    </section>
  );
}

function Pages({ total }: { total: number }) {
  const first = offset.value;
  const next = first + PAGE_SIZE;
  return (
    <nav class="pages" aria-label="Pages of the list">
      <button
        type="button"
        disabled={first === 0}
        onClick={() => (offset.value = Math.max(0, first - PAGE_SIZE))}
      >
        Previous
      </button>
      <span data-testid="range">
        {(first + 1).toLocaleString()}–{Math.min(next, total).toLocaleString()} of{" "}
        {total.toLocaleString()}
      </span>
      <button
        type="button"
        disabled={next >= total}
        data-testid="next"
        onClick={() => (offset.value = next)}
      >
        Next
      </button>
    </nav>
  );
}
