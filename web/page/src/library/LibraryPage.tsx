import { useEffect } from "preact/hooks";

import {
  dots,
  listed,
  search,
  offset,
  PAGE_SIZE,
  problem,
  refresh,
  watchFilter,
  filter,
} from "./browsing";
import { ANY_TRACK, isFiltered } from "./catalogue";
import { words } from "../words";
import { Folders } from "./Folders";
import { MoodPlane } from "./MoodPlane";
import { PageProblem } from "../problem/ProblemBanner";
import { TrackFilters } from "./TrackFilters";
import { TrackList } from "./TrackList";
import "./LibraryPage.css";

/** The catalogue: search, browse, play, and change moods. */
export function LibraryPage() {
  useEffect(watchFilter, []);
  const found = listed.value;
  const text = words.value.library;
  return (
    <div class="page">
      <PageProblem of={problem} onRemedy={() => void refresh()} />
      <div class="title-row">
        <h2>{text.title}</h2>
        {found !== null && (
          <p class="hint" role="status" data-testid="found">
            {text.tracks(found.total)}
          </p>
        )}
      </div>
      <Folders />
      <TrackFilters />
      <div class="browse">
        <MoodPlane
          tracks={dots.value}
          place={filter.value.place}
          onPlace={(place) => search({ place })}
        />
        {found !== null && (found.total === 0 ? <Nothing /> : <TrackList found={found} />)}
      </div>
      {found !== null && found.total > PAGE_SIZE && <Pages total={found.total} />}
    </div>
  );
}

/** Shown if no track matches. */
function Nothing() {
  const { none, noneText, noneLicence, showAll } = words.value.library;
  return (
    <section class="card nothing" data-testid="empty">
      <h3>{none}</h3>
      <p>
        {noneText} {filter.value.licence !== "" && noneLicence}
      </p>
      {isFiltered(filter.value) && (
        <button type="button" onClick={() => search(ANY_TRACK)}>
          {showAll}
        </button>
      )}
    </section>
  );
}

function Pages({ total }: { total: number }) {
  const { library, common } = words.value;
  const first = offset.value;
  const next = first + PAGE_SIZE;
  return (
    <nav class="pages" aria-label={library.listPages}>
      <button
        type="button"
        disabled={first === 0}
        onClick={() => (offset.value = Math.max(0, first - PAGE_SIZE))}
      >
        {common.previous}
      </button>
      <span data-testid="range">{library.range(first + 1, Math.min(next, total), total)}</span>
      <button type="button" disabled={next >= total} onClick={() => (offset.value = next)}>
        {common.next}
      </button>
    </nav>
  );
}
