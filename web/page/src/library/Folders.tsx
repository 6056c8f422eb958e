import { useEffect, useState } from "preact/hooks";

import { formatNumber } from "../words/format";
import { add, library, problem, remove, scan, stop, unreadable, watchLibrary } from "./folders";
import { words } from "../words";
import { Icon } from "../parts/Icon";
import { ProblemBanner } from "../problem/ProblemBanner";
import { FailureText } from "../problem/FailureText";
import "./Folders.css";

/** The user's music folders on the server, and the scan of them. */
export function Folders() {
  useEffect(watchLibrary, []);
  const text = words.value.folders;
  const shown = library.value;
  const running = shown?.scan?.state === "running";
  return (
    <details class="folders card" open={running || undefined} data-testid="folders">
      <summary>
        <Icon name="folder" />
        <h3>{text.title}</h3>
        <span class="hint">{text.summary(shown?.folders.length ?? 0)}</span>
      </summary>
      {problem.value !== null && (
        <ProblemBanner
          problem={problem.value}
          onRemedy={() => (problem.value = null)}
          onDismiss={() => (problem.value = null)}
        />
      )}
      <p class="hint">{text.about}</p>
      <AddFolder disabled={running} />
      {shown?.scan && <Progress of={shown.scan} />}
      {shown !== null && shown.folders.length > 0 && (
        <>
          <ul class="folder-list">
            {shown.folders.map(({ path, files, unreadable: broken, missing }) => (
              <li key={path} data-testid="folder">
                <div>
                  <p class="title">{path}</p>
                  <p class="facts">
                    {text.files(files)}
                    {broken > 0 && ` · ${text.broken(broken)}`}
                    {missing > 0 && ` · ${text.missing(missing)}`}
                  </p>
                </div>
                <button
                  type="button"
                  class="quiet small"
                  disabled={running}
                  aria-label={text.removeOf(path)}
                  title={text.removeHint}
                  onClick={() => void remove(path)}
                >
                  <Icon name="bin" />
                </button>
              </li>
            ))}
          </ul>
          <button type="button" disabled={running} onClick={() => void scan()}>
            {text.rescan}
          </button>
        </>
      )}
      {unreadable.value.length > 0 && (
        <details class="unreadable" data-testid="unreadable">
          <summary>{text.unreadable(unreadable.value.length)}</summary>
          <ul>
            {unreadable.value.map(({ path, reason, code }) => (
              <li key={path}>
                <p class="title">{path}</p>
                <p class="facts" title={reason}>
                  {(code && words.value.unreadable[code]) ?? reason}
                </p>
              </li>
            ))}
          </ul>
        </details>
      )}
    </details>
  );
}

function AddFolder({ disabled }: { disabled: boolean }) {
  const [path, setPath] = useState("");
  const text = words.value.folders;

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (path.trim() !== "" && (await add(path.trim()))) setPath("");
  }

  return (
    <form class="add-folder" onSubmit={(event) => void submit(event)}>
      <label>
        {text.path}
        <input
          value={path}
          maxLength={4096}
          autocomplete="off"
          spellcheck={false}
          placeholder={text.example}
          onInput={({ currentTarget }) => setPath(currentTarget.value)}
        />
      </label>
      <button type="submit" class="primary" disabled={disabled || path.trim() === ""}>
        {text.add}
      </button>
    </form>
  );
}

type Scan = NonNullable<NonNullable<typeof library.value>["scan"]>;

function Progress({ of }: { of: Scan }) {
  const text = words.value.folders;
  const { state, progress, detail } = of;
  const { done = 0, total = 0, heard = 0 } = progress ?? {};
  return (
    <div class="scan">
      <p role="status" data-testid="scan" data-state={state}>
        {text.states[state]}
        {progress !== null &&
          ` · ${text.progress(formatNumber(done), formatNumber(total), formatNumber(heard))}`}
      </p>
      {detail !== null && <FailureText of={of} />}
      {state === "running" && (
        <>
          <progress max={total || 1} value={done} aria-label={text.states.running} />
          <button type="button" onClick={() => void stop()}>
            {text.stop}
          </button>
        </>
      )}
    </div>
  );
}
