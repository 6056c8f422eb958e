import { loaded, playing, toggle } from "../player";
import type { OpenedSession, TrackFacts } from "../wire";
import { Icon } from "./Icon";

interface Props {
  readonly id: string;
  readonly track: TrackFacts & { readonly audio: string | null };
  /** Given where the track is one of its cues. */
  readonly session?: OpenedSession | null;
}

/** Plays and pauses a track; leads to a search for one whose address is not known. */
export function PlayButton({ id, track, session = null }: Props) {
  const { title, audio, search } = track;
  if (audio === null) {
    return search === null ? null : (
      <a
        class="round button"
        href={search}
        target="_blank"
        rel="noreferrer"
        aria-label={`Search for ${title}`}
        title="Its address is not known: search for it, in a new tab"
      >
        <Icon name="search" />
      </a>
    );
  }
  const plays = loaded.value?.id === id && playing.value;
  return (
    <button
      type="button"
      class="round"
      data-testid="cue-play"
      aria-label={`${plays ? "Pause" : "Play"} ${title}`}
      onClick={() => void toggle({ ...track, id, audio }, session)}
    >
      <Icon name={plays ? "pause" : "play"} />
    </button>
  );
}
