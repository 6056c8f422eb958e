import { useState } from "preact/hooks";

import { clock, dayAndTime, titleOf } from "../words/format";
import { listed, remove, rename, showOlder } from "./history";
import { fragmentOf } from "../browser/router";
import { accessTo } from "../server/tokens";
import type { SessionInfo } from "../server/wire";
import { words } from "../words";
import { ConfirmDialog } from "../parts/ConfirmDialog";
import { ExportDialog } from "./ExportDialog";
import { Icon } from "../parts/Icon";
import { ShareBar } from "./ShareBar";
import "./SessionList.css";

/** All stored sessions, newest first. */
export function SessionList() {
  const [ticked, setTicked] = useState<readonly string[]>([]);
  const text = words.value.history;
  const found = listed.value;
  if (found?.items.length === 0) return <Welcome />;

  function tick(id: string): void {
    setTicked(ticked.includes(id) ? ticked.filter((each) => each !== id) : [...ticked, id]);
  }

  return (
    <>
      <div class="title-row">
        <h2>{text.title}</h2>
        <div class="row">
          {ticked.length < 2 ? (
            <p class="hint">{text.compare(ticked.length)}</p>
          ) : (
            <a class="button primary" href={fragmentOf("history", ticked)}>
              {text.compare(ticked.length)}
            </a>
          )}
        </div>
      </div>
      {found !== null && (
        <ul class="sessions">
          {found.items.map((info) => (
            <SessionRow
              key={info.id}
              info={info}
              ticked={ticked.includes(info.id)}
              onTick={() => tick(info.id)}
            />
          ))}
        </ul>
      )}
      {found?.items.some(({ id }) => accessTo(id).token === null) && (
        <p class="hint">{text.lockedText}</p>
      )}
      {found !== null && found.next !== null && (
        <button type="button" onClick={() => void showOlder()}>
          {text.older}
        </button>
      )}
    </>
  );
}

/** Shown while there is nothing to list. */
function Welcome() {
  const text = words.value.history;
  return (
    <>
      <div class="title-row">
        <h2>{text.title}</h2>
      </div>
      <section class="card nothing" data-testid="empty">
        <h3>{text.none}</h3>
        <p>{text.noneText}</p>
        <a class="button primary" href={fragmentOf("live")}>
          {text.start}
        </a>
      </section>
    </>
  );
}

interface RowProps {
  readonly info: SessionInfo;
  readonly ticked: boolean;
  readonly onTick: () => void;
}

function SessionRow({ info, ticked, onTick }: RowProps) {
  const [doing, setDoing] = useState<"rename" | "delete" | "export" | null>(null);
  const text = words.value.history;
  const { id, source, state, started_at, t, moods } = info;
  const title = titleOf(info);
  const locked = accessTo(id).token === null;
  const done = (): void => setDoing(null);
  return (
    <li class="card session-row" data-testid="session-row" data-session={id}>
      <input
        type="checkbox"
        checked={ticked}
        disabled={locked}
        aria-label={text.select(title)}
        onChange={onTick}
      />
      <div class="about">
        {doing === "rename" ? (
          <TitleForm info={info} onDone={done} />
        ) : (
          <p class="title">
            {locked ? (
              <span title={title}>{title}</span>
            ) : (
              <a href={fragmentOf("history", [id])} title={title}>
                {title}
              </a>
            )}
            {!locked && (
              <button
                type="button"
                class="quiet small"
                aria-label={text.rename(title)}
                title={text.rename(title)}
                onClick={() => setDoing("rename")}
              >
                <Icon name="pencil" />
              </button>
            )}
          </p>
        )}
        <p class="facts">
          {state !== "ended" && <strong>{text.running} · </strong>}
          {info.title === ""
            ? text.lasted(clock(t))
            : `${dayAndTime(started_at)} · ${text.sources[source]} · ${clock(t)}`}
        </p>
        {locked && (
          <p class="hint">
            <Icon name="lock" /> {text.locked}
          </p>
        )}
      </div>
      <ShareBar moods={moods} />
      <div class="row actions">
        {!locked && (
          <>
            <button type="button" onClick={() => setDoing("export")}>
              <Icon name="download" />
              {words.value.export.button}
            </button>
            <button
              type="button"
              class="quiet"
              aria-label={text.removeOf(title)}
              title={text.remove}
              onClick={() => setDoing("delete")}
            >
              <Icon name="bin" />
            </button>
          </>
        )}
      </div>
      {doing === "export" && <ExportDialog id={id} title={title} onClose={done} />}
      {doing === "delete" && (
        <ConfirmDialog
          title={text.sure(title)}
          text={text.sureText}
          action={text.remove}
          onConfirm={() => void remove(id)}
          onClose={done}
        />
      )}
    </li>
  );
}

function TitleForm({ info, onDone }: { info: SessionInfo; onDone: () => void }) {
  const [title, setTitle] = useState(info.title);
  const text = words.value.history;

  async function save(event: Event): Promise<void> {
    event.preventDefault();
    await rename(info.id, title.trim());
    onDone();
  }

  return (
    <form class="rename" onSubmit={(event) => void save(event)}>
      <input
        ref={(field) => field?.focus()}
        value={title}
        maxLength={200}
        aria-label={text.name}
        placeholder={titleOf({ ...info, title: "" })}
        onInput={({ currentTarget }) => setTitle(currentTarget.value)}
        onKeyDown={({ key }) => key === "Escape" && onDone()}
      />
      <button type="submit">{text.save}</button>
    </form>
  );
}
