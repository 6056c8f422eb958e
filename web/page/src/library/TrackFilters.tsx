import { search, sources, filter } from "./browsing";
import { ANY_TRACK, isFiltered } from "./catalogue";
import { LICENCE_CLASSES } from "../tracks/licence";
import { parseNumber } from "../parts/number";
import { words } from "../words";
import { Choice } from "../parts/Choice";
import { SearchFields } from "../parts/SearchFields";

/** The fastest tempo the server can be asked for. */
const FASTEST = 1000;

/** The filters of the catalogue. */
export function TrackFilters() {
  const { library: text, common, licences } = words.value;
  const { words: sought, emotion, slowest, fastest, licence, source } = filter.value;
  return (
    <form class="filters card" role="search" onSubmit={(event) => event.preventDefault()}>
      <SearchFields label={text.words} sought={sought} emotion={emotion} onChange={search} />
      <label>
        {text.slowest}
        <input
          type="number"
          min={0}
          max={FASTEST}
          value={slowest ?? ""}
          onChange={({ currentTarget }) =>
            search({ slowest: parseNumber(currentTarget.value, FASTEST) })
          }
        />
      </label>
      <label>
        {text.fastest}
        <input
          type="number"
          min={0}
          max={FASTEST}
          value={fastest ?? ""}
          onChange={({ currentTarget }) =>
            search({ fastest: parseNumber(currentTarget.value, FASTEST) })
          }
        />
      </label>
      <Choice
        label={text.licence}
        value={licence}
        options={[
          ["", common.any],
          ...LICENCE_CLASSES.map((each) => [each, licences[each]] as const),
        ]}
        onChoose={(chosen) => search({ licence: chosen })}
      />
      <Choice
        label={text.source}
        value={source}
        options={[
          ["", common.any],
          ...sources.value.map(
            ({ source: name, tracks }) => [name, text.sourceOf(name, tracks)] as const,
          ),
        ]}
        onChoose={(chosen) => search({ source: chosen })}
      />
      {isFiltered(filter.value) && (
        <button type="button" onClick={() => search(ANY_TRACK)}>
          {common.reset}
        </button>
      )}
    </form>
  );
}
