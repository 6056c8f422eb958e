import { useEffect, useState } from "preact/hooks";

import { clock, reason } from "../words/format";
import { addNote, deleteNote, stretchAt } from "./history";
import { momentOf, type Replay, STRETCH, type Stretch } from "../timeline/replay";
import type { CuesEvent, FeedbackRecord } from "../server/wire";
import { word, words } from "../words";
import { Facts } from "../tracks/Facts";
import { Icon } from "../parts/Icon";
import { MoodPanel } from "../mood/MoodPanel";
import { Notes } from "../timeline/Notes";
import { PlayButton } from "../player/PlayButton";
import { Shape } from "../parts/Shape";
import { TimelineCard } from "../timeline/TimelineCard";
import "./ReplayView.css";
import "../tracks/TrackRow.css";

const SPEEDS = [1, 4, 16] as const;

/** Often enough to look smooth, seldom enough to be cheap. */
const TICK_MS = 250;

/** A session as it was at one moment, which can be chosen or move by itself. */
export function ReplayView({ replay }: { replay: Replay }) {
  const { info, timeline, marks, plays, length } = replay;
  // Before the first mood there is nothing to see.
  const [t, setT] = useState(timeline.points[0]?.t ?? 0);
  const [stretch, setStretch] = useState<Stretch | null>(null);
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<(typeof SPEEDS)[number]>(1);
  const text = words.value.replay;

  useEffect(() => {
    if (!playing) return undefined;
    let before = performance.now();
    const timer = window.setInterval(() => {
      const now = performance.now();
      const passed = ((now - before) / 1000) * speed;
      before = now;
      setT((at) => Math.min(at + passed, length));
    }, TICK_MS);
    return () => window.clearInterval(timer);
  }, [playing, speed, length]);

  const place = Math.floor(t / STRETCH);
  useEffect(() => {
    let left = false;
    const load = async (): Promise<void> => {
      const found = await stretchAt(info.id, place);
      if (!left && found !== null) setStretch(found);
    };
    void load();
    return () => {
      left = true;
    };
    // A replay that is loaded again asks again for a part that could not be fetched.
  }, [timeline, info.id, place]);

  // It has arrived at the end.
  if (playing && t >= length) setPlaying(false);

  function toggle(): void {
    if (t >= length) setT(0);
    setPlaying(!playing);
  }

  if (timeline.points.length === 0) return <p class="card">{text.empty}</p>;
  return (
    <div class="replay">
      <TimelineCard
        timeline={timeline}
        marks={marks}
        plays={plays}
        length={length}
        playhead={t}
        onSeek={setT}
      >
        <div class="tape row">
          <button type="button" class="primary" data-testid="play" onClick={toggle}>
            <Icon name={playing ? "pause" : "play"} />
            {playing ? text.pause : text.play}
          </button>
          <div class="choice" role="group" aria-label={text.speed}>
            {SPEEDS.map((each) => (
              <button
                type="button"
                key={each}
                aria-pressed={speed === each}
                data-testid={`speed-${each}`}
                onClick={() => setSpeed(each)}
              >
                {text.times(each)}
              </button>
            ))}
          </div>
          <time class="figures" data-testid="playhead">
            {clock(t)} / {clock(length)}
          </time>
        </div>
        <Notes
          marks={marks}
          now={() => t}
          onAdd={(at, written) => addNote(info.id, at, written)}
          onDelete={(id) => void deleteNote(info.id, id)}
          onSeek={setT}
        />
      </TimelineCard>
      {stretch === null ? (
        <p class="hint" role="status">
          {text.loading}
        </p>
      ) : (
        <Then replay={replay} stretch={stretch} t={t} onSeek={setT} />
      )}
    </div>
  );
}

interface ThenProps {
  readonly replay: Replay;
  readonly stretch: Stretch;
  readonly t: number;
  readonly onSeek: (t: number) => void;
}

/** What was known, suggested and downloaded at a moment. */
function Then({ replay, stretch, t, onSeek }: ThenProps) {
  const { mood, timeline, cues, sure, downloads } = momentOf(replay, stretch, t);
  const first = replay.marks.find(({ kind, t: at }) => kind === "cues" && at > t);
  return (
    <>
      <MoodPanel mood={mood} timeline={timeline} running={false} />
      <CuesThen list={cues} sure={sure} first={first?.t ?? null} onSeek={onSeek} />
      <DownloadsThen downloads={downloads} />
    </>
  );
}

interface CuesProps {
  readonly list: CuesEvent | null;
  /** Whether there was a mood when they were chosen. */
  readonly sure: boolean;
  /** When the first come, where there are none yet. */
  readonly first: number | null;
  readonly onSeek: (t: number) => void;
}

function CuesThen({ list, sure, first, onSeek }: CuesProps) {
  const text = words.value.replay;
  const cues = list?.items ?? [];
  return (
    <section class="card then" aria-labelledby="cues-then">
      <h2 id="cues-then">{text.cues}</h2>
      {cues.length === 0 ? (
        <p class="hint">
          {text.noCues}{" "}
          {first !== null && (
            <button type="button" class="link" onClick={() => onSeek(first)}>
              {text.firstCues(clock(first))}
            </button>
          )}
        </p>
      ) : (
        <ol class="rows">
          {cues.map((cue) => (
            <li key={cue.track_id} data-testid="cue-then">
              <PlayButton track={cue} id={cue.track_id} />
              <div class="about">
                <p class="title">{cue.title}</p>
                <Facts track={cue} />
                <p class="why">
                  <Shape emotion={cue.why.emotion} />
                  {reason(cue.why, list?.settings, sure)}
                </p>
              </div>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function DownloadsThen({ downloads }: { downloads: readonly FeedbackRecord[] }) {
  const text = words.value.replay;
  return (
    <section class="card then" aria-labelledby="downloads-then">
      <h2 id="downloads-then">{text.downloads}</h2>
      {downloads.length === 0 ? (
        <p class="hint">{text.noDownloads}</p>
      ) : (
        <ul class="rows">
          {downloads.map(({ id, t, title, artist, mood }) => (
            <li key={id} data-testid="download-then">
              <time class="figures">{clock(t)}</time>
              <div class="about">
                <p class="title">{title}</p>
                <p class="facts">{artist}</p>
              </div>
              {mood !== null && (
                <span class="says">
                  <Shape emotion={mood} />
                  {word(mood)}
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
