import { loaded, playing, toggle } from "./player";
import type { OpenedSession, TrackFacts } from "../server/wire";
import { words } from "../words";
import { Icon } from "../parts/Icon";

interface Props {
  readonly id: string;
  readonly track: TrackFacts & { readonly audio: string | null };
  /** Given if the track is one of its cues. */
  readonly session?: OpenedSession | null;
}

/** Plays or pauses a track; links to a web search if its address is unknown. */
export function PlayButton({ id, track, session = null }: Props) {
  const { title, audio, search } = track;
  const { play, pause, searchFor, searchHint } = words.value.track;
  if (audio === null) {
    return search === null ? null : (
      <a
        class="round button"
        href={search}
        target="_blank"
        rel="noreferrer"
        aria-label={searchFor(title)}
        title={searchHint}
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
      aria-label={(plays ? pause : play)(title)}
      onClick={() => void toggle({ ...track, id, audio }, session)}
    >
      <Icon name={plays ? "pause" : "play"} />
    </button>
  );
}
