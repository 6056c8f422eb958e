import { useEffect } from "preact/hooks";

import { exportAddress } from "../api";
import type { Emotion } from "../emotion";
import { following } from "../live";
import { isSelective, NO_CONDITIONS, queryOf } from "../log";
import { fragmentOf } from "../router";
import {
  conditions,
  counts,
  listed,
  problem,
  refresh,
  select,
  showOlder,
  watchSelection,
} from "../selection";
import { DownloadCharts } from "./DownloadCharts";
import { DownloadTable } from "./DownloadTable";
import { EmotionOptions } from "./EmotionOptions";
import { Icon } from "./Icon";
import { ProblemBanner } from "./ProblemBanner";

/** The whole log: live, selected by what one looks for, as pictures, and to take along. */
export function DownloadsPage() {
  useEffect(watchSelection, []);
  const selective = isSelective(conditions.value);
  const known = listed.value !== null && counts.value !== null;
  const empty = known && listed.value?.items.length === 0;
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
        <h2>Downloads</h2>
        <p class={following.value ? "feed live" : "feed"} role="status" data-testid="feed">
          <span class="dot" aria-hidden="true" />
          {following.value ? "Live" : "Not connected: trying again"}
        </p>
        {known && !empty && <Export />}
      </div>
      {empty && !selective ? (
        <Welcome />
      ) : (
        <>
          <Filters />
          {empty && (
            <section class="card">
              <p>No download meets these conditions.</p>
            </section>
          )}
          {!empty && counts.value !== null && <DownloadCharts counts={counts.value} />}
          {!empty && listed.value !== null && <List />}
        </>
      )}
    </div>
  );
}

/** What will be here, and how it gets here. */
function Welcome() {
  return (
    <section class="card nothing" data-testid="empty">
      <h3>Nothing was downloaded yet</h3>
      <p>
        Whenever a cue is downloaded in a session, a line is written here: which track, at what time
        and at which second of the session, in which mood, what the voice and the face said, and how
        high the track stood among the cues. It appears the moment it happens, counts into two
        pictures, and can be taken along as CSV or JSON.
      </p>
      <a class="button primary" href={fragmentOf("live")}>
        Start a session
      </a>
    </section>
  );
}

function Export() {
  const query = queryOf(conditions.value);
  return (
    <div class="row">
      {(["csv", "json"] as const).map((format) => (
        <a
          key={format}
          class="button"
          href={exportAddress(format, query)}
          download={`moodcue-downloads.${format}`}
          data-testid={`export-${format}`}
        >
          <Icon name="download" />
          {format.toUpperCase()}
        </a>
      ))}
    </div>
  );
}

function Filters() {
  const { words, emotion, session, from, to } = conditions.value;
  return (
    <form class="filters card" role="search" onSubmit={(event) => event.preventDefault()}>
      <label>
        Title or artist
        <input
          type="search"
          value={words}
          maxLength={200}
          data-testid="filter-words"
          onInput={({ currentTarget }) => select({ words: currentTarget.value })}
        />
      </label>
      <label>
        Mood
        <select
          value={emotion}
          data-testid="filter-emotion"
          onChange={({ currentTarget }) =>
            select({ emotion: currentTarget.value as Emotion | "" })
          }
        >
          <option value="">Any</option>
          <EmotionOptions />
        </select>
      </label>
      <label>
        From
        <input
          type="date"
          value={from}
          max={to}
          onInput={({ currentTarget }) => select({ from: currentTarget.value })}
        />
      </label>
      <label>
        To
        <input
          type="date"
          value={to}
          min={from}
          onInput={({ currentTarget }) => select({ to: currentTarget.value })}
        />
      </label>
      {session !== "" && (
        <button type="button" onClick={() => select({ session: "" })}>
          Session {session.slice(0, 8)}
          <Icon name="close" />
        </button>
      )}
      {isSelective(conditions.value) && (
        <button type="button" data-testid="filter-none" onClick={() => select(NO_CONDITIONS)}>
          Show all
        </button>
      )}
    </form>
  );
}

function List() {
  const { items, next } = listed.value ?? { items: [], next: null };
  return (
    <section class="downloads card" aria-label="List of downloads">
      <div class="wide" role="group" aria-label="Downloads" tabIndex={0}>
        <DownloadTable
          items={items}
          columns={["day", "at", "track", "mood", "voice", "face", "mode", "rank", "session"]}
        />
      </div>
      {next !== null && (
        <button type="button" data-testid="older" onClick={() => void showOlder()}>
          Show older ones
        </button>
      )}
    </section>
  );
}
