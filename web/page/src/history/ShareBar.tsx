import { percent } from "../words/format";
import { sharesOf } from "../timeline/replay";
import type { SessionInfo } from "../server/wire";
import { emotionName, words } from "../words";
import { Shape } from "../parts/Shape";
import "./ShareBar.css";

/** Smaller shares have no room for a shape. */
const ROOM = 0.08;

/** The share of each mood in a session, as a bar and as text. */
export function ShareBar({ moods }: Pick<SessionInfo, "moods">) {
  const text = words.value.history;
  const shares = sharesOf(moods);
  if (shares.length === 0) return <p class="hint">{text.noMoods}</p>;
  const most = shares
    .slice(0, 3)
    .map(({ emotion, share }) => `${emotionName(emotion)} ${percent(share)}`)
    .join(", ");
  return (
    <div class="share-bar">
      <div class="bar" aria-hidden="true">
        {shares.map(({ emotion, share }) => (
          <span key={emotion} class={emotion} style={{ flexGrow: share }}>
            {share >= ROOM && <Shape emotion={emotion} />}
          </span>
        ))}
      </div>
      <p class="hint">{text.mostly(most)}</p>
    </div>
  );
}
