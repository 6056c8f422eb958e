import { useEffect, useState } from "preact/hooks";

import { measure, SILENT } from "../source/level";
import { sessionPath } from "../server/addresses";
import { follow, socketUrl } from "../server/socket";
import type { Level, OpenedSession } from "../server/wire";
import { words } from "../words";
import { Icon } from "../parts/Icon";
import "./LevelMeter.css";

/** The quietest level that is drawn, in decibels. */
const LOWEST = -60;

/** A level as a bar that only moves, so that ten readings a second lay nothing out anew. */
function Meter({ level: { peak, held, clipped } }: { level: Level }) {
  const text = words.value.level;
  const place = (db: number): number => Math.min(Math.max(1 - db / LOWEST, 0), 1);
  return (
    <div class="meter">
      <Icon name="microphone" />
      <div
        class="scale"
        role="meter"
        aria-label={text.title}
        aria-valuemin={LOWEST}
        aria-valuemax={0}
        aria-valuenow={Math.round(Math.max(peak, LOWEST))}
        aria-valuetext={text.decibels(peak)}
      >
        <span class="peak" style={{ transform: `translateX(${100 * (place(peak) - 1)}%)` }} />
        <span class="held" style={{ transform: `translateX(${100 * (place(held) - 1)}%)` }} />
      </div>
      <span class={clipped ? "clip on" : "clip"} role="status">
        {clipped ? text.clipped : ""}
      </span>
    </div>
  );
}

/** How loud the sound of a stream is; nothing where it has none. */
export function StreamMeter({ stream }: { stream: MediaStream }) {
  const [level, setLevel] = useState(SILENT);
  const audible = stream.getAudioTracks().length > 0;

  useEffect(() => (audible ? measure(stream, setLevel) : undefined), [stream, audible]);

  return audible ? <Meter level={level} /> : null;
}

/** How loud a studio feed is, as the server hears it. */
export function DeviceMeter({ session }: { session: OpenedSession }) {
  const [level, setLevel] = useState(SILENT);

  useEffect(
    () =>
      follow({
        url: () => socketUrl(sessionPath(session.id, "/level"), session.token),
        message: (text) => setLevel(JSON.parse(text) as Level),
      }),
    [session],
  );

  return <Meter level={level} />;
}
