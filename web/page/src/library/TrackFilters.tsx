import { look, sources, wish } from "./browsing";
import { ANY_TRACK, isNarrow } from "./catalogue";
import { LICENCE_CLASSES } from "../tracks/licence";
import { parseNumber } from "../parts/number";
import { words } from "../words";
import { Choice } from "../parts/Choice";
import { SearchFields } from "../parts/SearchFields";

/** The fastest tempo the server can be asked for. */
const FASTEST = 1000;

/** What is looked for. */
export function TrackFilters() {
  const { library: text, common, licences } = words.value;
  const { words: sought, emotion, slowest, fastest, licence, source } = wish.value;
  return (
    <form class="filters card" role="search" onSubmit={(event) => event.preventDefault()}>
      <SearchFields
        label={text.words}
        sought={sought}
        emotion={emotion}
        name="wish"
        onChange={look}
      />
      <label>
        {text.slowest}
        <input
          type="number"
          min={0}
          max={FASTEST}
          value={slowest ?? ""}
          onChange={({ currentTarget }) =>
            look({ slowest: parseNumber(currentTarget.value, FASTEST) })
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
            look({ fastest: parseNumber(currentTarget.value, FASTEST) })
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
        testid="wish-licence"
        onChoose={(chosen) => look({ licence: chosen })}
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
        onChoose={(chosen) => look({ source: chosen })}
      />
      {isNarrow(wish.value) && (
        <button type="button" data-testid="wish-none" onClick={() => look(ANY_TRACK)}>
          {common.reset}
        </button>
      )}
    </form>
  );
}
