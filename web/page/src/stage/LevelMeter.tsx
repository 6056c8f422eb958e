import { useEffect, useState } from "preact/hooks";

import { measure, SILENT } from "../source/level";
import { sessionPath } from "../server/addresses";
import { follow, socketUrl } from "../server/socket";
import type { Level, OpenedSession } from "../server/wire";
import { words } from "../words";
import { Icon } from "../parts/Icon";
import "./LevelMeter.css";

/** Lowest level of the scale, in dBFS. */
const LOWEST = -60;

/** A level meter. It only moves by transforms, which need no layout. */
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

/** The level of a stream, if it has audio. */
export function StreamMeter({ stream }: { stream: MediaStream }) {
  const [level, setLevel] = useState(SILENT);
  const audible = stream.getAudioTracks().length > 0;

  useEffect(() => (audible ? measure(stream, setLevel) : undefined), [stream, audible]);

  return audible ? <Meter level={level} /> : null;
}

/** The level of an audio input of the server. */
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
