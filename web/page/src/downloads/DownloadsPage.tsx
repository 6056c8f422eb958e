import { useEffect } from "preact/hooks";

import { downloadsAddress } from "../server/addresses";
import { connected } from "../session/downloads";
import { isSelective, NO_CONDITIONS, queryOf } from "./log";
import { fragmentOf } from "../browser/router";
import {
  conditions,
  counts,
  listed,
  problem,
  refresh,
  select,
  showOlder,
  watchSelection,
} from "./selection";
import { words } from "../words";
import { DownloadCharts } from "./DownloadCharts";
import { DownloadTable } from "./DownloadTable";
import { Icon } from "../parts/Icon";
import { PageProblem } from "../problem/ProblemBanner";
import { SearchFields } from "../parts/SearchFields";
import "./DownloadsPage.css";

/** All downloads: live list, filters, charts and export. */
export function DownloadsPage() {
  const text = words.value.log;
  useEffect(watchSelection, []);
  const selective = isSelective(conditions.value);
  const known = listed.value !== null && counts.value !== null;
  const empty = known && listed.value?.items.length === 0;
  return (
    <div class="page">
      <PageProblem of={problem} onRemedy={() => void refresh()} />
      <div class="title-row">
        <h2>{text.title}</h2>
        <p class={connected.value ? "feed live" : "feed"} role="status" data-testid="feed">
          <span class="dot" aria-hidden="true" />
          {connected.value ? text.live : text.away}
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
              <p>{text.noMatch}</p>
            </section>
          )}
          {!empty && counts.value !== null && <DownloadCharts counts={counts.value} />}
          {!empty && listed.value !== null && <List />}
        </>
      )}
    </div>
  );
}

/** Shown while there is nothing to list. */
function Welcome() {
  const { none, noneText, start } = words.value.log;
  return (
    <section class="card nothing" data-testid="empty">
      <h3>{none}</h3>
      <p>{noneText}</p>
      <a class="button primary" href={fragmentOf("live")}>
        {start}
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
          href={downloadsAddress(format, query)}
          download={`moodcue-downloads.${format}`}
        >
          <Icon name="download" />
          {format.toUpperCase()}
        </a>
      ))}
    </div>
  );
}

function Filters() {
  const text = words.value.log;
  const { words: sought, emotion, session, from, to } = conditions.value;
  return (
    <form class="filters card" role="search" onSubmit={(event) => event.preventDefault()}>
      <SearchFields label={text.words} sought={sought} emotion={emotion} onChange={select} />
      <label>
        {text.from}
        <input
          type="date"
          value={from}
          max={to}
          onInput={({ currentTarget }) => select({ from: currentTarget.value })}
        />
      </label>
      <label>
        {text.to}
        <input
          type="date"
          value={to}
          min={from}
          onInput={({ currentTarget }) => select({ to: currentTarget.value })}
        />
      </label>
      {session !== "" && (
        <button type="button" onClick={() => select({ session: "" })}>
          {text.session(session.slice(0, 8))}
          <Icon name="close" />
        </button>
      )}
      {isSelective(conditions.value) && (
        <button type="button" onClick={() => select(NO_CONDITIONS)}>
          {text.showAll}
        </button>
      )}
    </form>
  );
}

function List() {
  const { list, title, older } = words.value.log;
  const { items, next } = listed.value ?? { items: [], next: null };
  return (
    <section class="downloads card" aria-label={list}>
      <div class="wide" role="group" aria-label={title} tabIndex={0}>
        <DownloadTable
          items={items}
          columns={["day", "at", "track", "mood", "voice", "face", "mode", "rank", "session"]}
        />
      </div>
      {next !== null && (
        <button type="button" onClick={() => void showOlder()}>
          {older}
        </button>
      )}
    </section>
  );
}
