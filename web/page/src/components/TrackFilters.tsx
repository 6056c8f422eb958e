import { look, sources, wish } from "../browsing";
import { ANY_TRACK, isNarrow, typed } from "../catalogue";
import type { Emotion } from "../emotion";
import { LICENCE_CLASSES, type LicenceClass } from "../licence";
import { words } from "../words";
import { EmotionOptions } from "./EmotionOptions";

/** The fastest tempo the server can be asked for. */
const FASTEST = 1000;

/** What is looked for. */
export function TrackFilters() {
  const { library: text, common, licences } = words.value;
  const { words: sought, emotion, slowest, fastest, licence, source } = wish.value;
  return (
    <form class="filters card" role="search" onSubmit={(event) => event.preventDefault()}>
      <label>
        {text.words}
        <input
          type="search"
          value={sought}
          maxLength={200}
          data-testid="wish-words"
          onInput={({ currentTarget }) => look({ words: currentTarget.value })}
        />
      </label>
      <label>
        {text.mood}
        <select
          value={emotion}
          data-testid="wish-emotion"
          onChange={({ currentTarget }) => look({ emotion: currentTarget.value as Emotion | "" })}
        >
          <option value="">{common.any}</option>
          <EmotionOptions />
        </select>
      </label>
      <label>
        {text.slowest}
        <input
          type="number"
          min={0}
          max={FASTEST}
          value={slowest ?? ""}
          onChange={({ currentTarget }) => look({ slowest: typed(currentTarget.value, FASTEST) })}
        />
      </label>
      <label>
        {text.fastest}
        <input
          type="number"
          min={0}
          max={FASTEST}
          value={fastest ?? ""}
          onChange={({ currentTarget }) => look({ fastest: typed(currentTarget.value, FASTEST) })}
        />
      </label>
      <label>
        {text.licence}
        <select
          value={licence}
          data-testid="wish-licence"
          onChange={({ currentTarget }) =>
            look({ licence: currentTarget.value as LicenceClass | "" })
          }
        >
          <option value="">{common.any}</option>
          {LICENCE_CLASSES.map((each) => (
            <option key={each} value={each}>
              {licences[each]}
            </option>
          ))}
        </select>
      </label>
      <label>
        {text.source}
        <select value={source} onChange={({ currentTarget }) => look({ source: currentTarget.value })}>
          <option value="">{common.any}</option>
          {sources.value.map(({ source: name, tracks }) => (
            <option key={name} value={name}>
              {text.sourceOf(name, tracks)}
            </option>
          ))}
        </select>
      </label>
      {isNarrow(wish.value) && (
        <button type="button" data-testid="wish-none" onClick={() => look(ANY_TRACK)}>
          {common.reset}
        </button>
      )}
    </form>
  );
}
