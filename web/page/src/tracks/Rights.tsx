import type { TrackFacts } from "../server/wire";
import { words } from "../words";
import { CopyCredit } from "./CopyCredit";
import { Icon } from "../parts/Icon";
import "./Rights.css";

/** Licence, availability and credit of a track. */
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
