import type { TrackFacts } from "../wire";
import { CopyCredit } from "./CopyCredit";
import { Icon } from "./Icon";

/** What a track may be used for, where it is, and the line to credit it by. */
export function Rights({ track }: { track: TrackFacts }) {
  return (
    <>
      <p class="rights">
        <span class="tag">{track.licence}</span>
        <span class="tag">{track.offline ? "offline" : "online"}</span>
        <CopyCredit credit={track.credit} />
      </p>
      {track.warning !== null && (
        <p class="warning">
          <Icon name="warning" />
          {track.warning}
        </p>
      )}
    </>
  );
}
