import type { TrackFacts } from "../server/wire";
import { words } from "../words";
import { CopyCredit } from "./CopyCredit";
import { Icon } from "../parts/Icon";
import "./Rights.css";

/** What a track may be used for, where it is, and the line to credit it by. */
export function Rights({ track }: { track: TrackFacts }) {
  const { track: text, warnings } = words.value;
  const { licence_class: allows } = track;
  return (
    <>
      <p class="rights">
        <span class="tag">{track.licence}</span>
        <span class="tag">{track.offline ? text.offline : text.online}</span>
        <CopyCredit track={track} />
      </p>
      {allows !== "publishable" && (
        <p class="warning">
          <Icon name="warning" />
          {warnings[allows]}
        </p>
      )}
    </>
  );
}
