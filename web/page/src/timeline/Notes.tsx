import { createRef } from "preact";
import { useId, useState } from "preact/hooks";

import { clock } from "../words/format";
import type { Mark } from "./timeline";
import { words } from "../words";
import { Icon } from "../parts/Icon";
import "./Notes.css";

interface Props {
  readonly marks: readonly Mark[];
  /** Current time, read when the user starts to write. */
  readonly now: () => number;
  readonly onAdd: (t: number, text: string) => Promise<boolean>;
  readonly onDelete: (id: number) => void;
  readonly onSeek?: (t: number) => void;
}

/** The field for a new note, while it is shown. */
export const noteField = createRef<HTMLInputElement>();

/** The list of notes, and a form to add one. */
export function Notes({ marks, now, onAdd, onDelete, onSeek }: Props) {
  const [at, setAt] = useState<number | null>(null);
  const [draft, setDraft] = useState("");
  const field = useId();
  const text = words.value.notes;
  const written = marks.filter(({ kind }) => kind === "note");
  // Newest first during a live session.
  const notes = onSeek ? written : written.toReversed();

  async function add(event: Event): Promise<void> {
    event.preventDefault();
    if (draft.trim() === "" || !(await onAdd(at ?? now(), draft.trim()))) return;
    setDraft("");
    setAt(null);
  }

  return (
    <div class="notes">
      <form onSubmit={(event) => void add(event)}>
        <label for={field}>{at === null ? text.title : text.at(clock(at))}</label>
        <input
          id={field}
          ref={noteField}
          value={draft}
          maxLength={500}
          autocomplete="off"
          placeholder={text.none}
          onFocus={() => setAt(at ?? now())}
          onBlur={() => draft === "" && setAt(null)}
          onInput={({ currentTarget }) => setDraft(currentTarget.value)}
          onKeyDown={({ key, currentTarget }) => {
            if (key !== "Escape") return;
            setDraft("");
            currentTarget.blur();
          }}
        />
        <button type="submit" disabled={draft.trim() === ""}>
          {text.add}
        </button>
      </form>
      {notes.length > 0 && (
        <ul aria-label={text.title}>
          {notes.map(({ t, text: line, id }) => (
            <li key={id}>
              {onSeek ? (
                <button
                  type="button"
                  class="link"
                  aria-label={text.goTo(clock(t))}
                  onClick={() => onSeek(t)}
                >
                  {clock(t)}
                </button>
              ) : (
                <time>{clock(t)}</time>
              )}
              <span>{line}</span>
              <button
                type="button"
                class="quiet small"
                aria-label={text.remove(line)}
                onClick={() => id !== null && onDelete(id)}
              >
                <Icon name="close" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
