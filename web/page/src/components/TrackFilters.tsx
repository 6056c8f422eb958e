import { look, sources, wish } from "../browsing";
import { ANY_TRACK, isNarrow, typed } from "../catalogue";
import type { Emotion } from "../emotion";
import { LICENCE_CLASSES, LICENCES, type LicenceClass } from "../licence";
import { EmotionOptions } from "./EmotionOptions";

/** The fastest tempo the server can be asked for. */
const FASTEST = 1000;

/** What is looked for. */
export function TrackFilters() {
  const { words, emotion, slowest, fastest, licence, source } = wish.value;
  return (
    <form class="filters card" role="search" onSubmit={(event) => event.preventDefault()}>
      <label>
        Title, artist, feel or instrument
        <input
          type="search"
          value={words}
          maxLength={200}
          data-testid="wish-words"
          onInput={({ currentTarget }) => look({ words: currentTarget.value })}
        />
      </label>
      <label>
        Mood
        <select
          value={emotion}
          data-testid="wish-emotion"
          onChange={({ currentTarget }) => look({ emotion: currentTarget.value as Emotion | "" })}
        >
          <option value="">Any</option>
          <EmotionOptions />
        </select>
      </label>
      <label>
        Slowest, BPM
        <input
          type="number"
          min={0}
          max={FASTEST}
          value={slowest ?? ""}
          onChange={({ currentTarget }) => look({ slowest: typed(currentTarget.value, FASTEST) })}
        />
      </label>
      <label>
        Fastest, BPM
        <input
          type="number"
          min={0}
          max={FASTEST}
          value={fastest ?? ""}
          onChange={({ currentTarget }) => look({ fastest: typed(currentTarget.value, FASTEST) })}
        />
      </label>
      <label>
        Licence
        <select
          value={licence}
          data-testid="wish-licence"
          onChange={({ currentTarget }) =>
            look({ licence: currentTarget.value as LicenceClass | "" })
          }
        >
          <option value="">Any</option>
          {LICENCE_CLASSES.map((each) => (
            <option key={each} value={each}>
              {LICENCES[each]}
            </option>
          ))}
        </select>
      </label>
      <label>
        Source
        <select value={source} onChange={({ currentTarget }) => look({ source: currentTarget.value })}>
          <option value="">Any</option>
          {sources.value.map(({ source: name, tracks }) => (
            <option key={name} value={name}>
              {name} ({tracks.toLocaleString()})
            </option>
          ))}
        </select>
      </label>
      {isNarrow(wish.value) && (
        <button type="button" data-testid="wish-none" onClick={() => look(ANY_TRACK)}>
          Reset
        </button>
      )}
    </form>
  );
}
