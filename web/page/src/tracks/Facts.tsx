import { trackFigures } from "../words/format";
import type { TrackFacts } from "../server/wire";
import "./Facts.css";

/** Artist, tempo and length of a track; a long artist name is truncated. */
export function Facts({ track }: { track: TrackFacts }) {
  const known = trackFigures(track);
  return (
    <p class="facts by-line" title={track.artist}>
      <span>{track.artist}</span>
      <span>{track.artist === "" || known === "" ? known : ` · ${known}`}</span>
    </p>
  );
}
