import { useEffect, useState } from "preact/hooks";

import { clock, describeReason } from "../words/format";
import { addNote, deleteNote, chunkAt } from "./history";
import { momentOf, type Replay, CHUNK_SECONDS, type Chunk } from "../timeline/replay";
import type { CuesEvent, FeedbackRecord } from "../server/wire";
import { emotionName, words } from "../words";
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

/** Interval of the playhead. */
const TICK_MS = 250;

/** The replay of a session, with a playhead. */
export function ReplayView({ replay }: { replay: Replay }) {
  const { info, timeline, marks, plays, length } = replay;
  // Starts at the first mood.
  const [t, setT] = useState(timeline.points[0]?.t ?? 0);
  const [chunk, setChunk] = useState<Chunk | null>(null);
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

  const place = Math.floor(t / CHUNK_SECONDS);
  useEffect(() => {
    let left = false;
    const load = async (): Promise<void> => {
      const found = await chunkAt(info.id, place);
      if (!left && found !== null) setChunk(found);
    };
    void load();
    return () => {
      left = true;
    };
    // `timeline` changes when the replay is reloaded: a chunk that failed is fetched again.
  }, [timeline, info.id, place]);

  // The playhead has reached the end.
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
        <div class="replay-controls row">
          <button type="button" class="primary" onClick={toggle}>
            <Icon name={playing ? "pause" : "play"} />
            {playing ? text.pause : text.play}
          </button>
          <div class="choice" role="group" aria-label={text.speed}>
            {SPEEDS.map((each) => (
              <button
                type="button"
                key={each}
                aria-pressed={speed === each}
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
      {chunk === null ? (
        <p class="hint" role="status">
          {text.loading}
        </p>
      ) : (
        <ReplayMoment replay={replay} chunk={chunk} t={t} onSeek={setT} />
      )}
    </div>
  );
}

interface MomentProps {
  readonly replay: Replay;
  readonly chunk: Chunk;
  readonly t: number;
  readonly onSeek: (t: number) => void;
}

/** Mood, cues and downloads at the playhead. */
function ReplayMoment({ replay, chunk, t, onSeek }: MomentProps) {
  const { mood, timeline, cues, sure, downloads } = momentOf(replay, chunk, t);
  const first = replay.marks.find(({ kind, t: at }) => kind === "cues" && at > t);
  return (
    <>
      <MoodPanel mood={mood} timeline={timeline} running={false} />
      <CuesAtMoment list={cues} sure={sure} first={first?.t ?? null} onSeek={onSeek} />
      <DownloadsSoFar downloads={downloads} />
    </>
  );
}

interface CuesProps {
  readonly list: CuesEvent | null;
  /** Whether the mood was clear when they were chosen. */
  readonly sure: boolean;
  /** Time of the first cues, if there are none yet. */
  readonly first: number | null;
  readonly onSeek: (t: number) => void;
}

function CuesAtMoment({ list, sure, first, onSeek }: CuesProps) {
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
            <li key={cue.track_id}>
              <PlayButton track={cue} id={cue.track_id} />
              <div class="about">
                <p class="title">{cue.title}</p>
                <Facts track={cue} />
                <p class="why">
                  <Shape emotion={cue.why.emotion} />
                  {describeReason(cue.why, list?.settings, sure)}
                </p>
              </div>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function DownloadsSoFar({ downloads }: { downloads: readonly FeedbackRecord[] }) {
  const text = words.value.replay;
  return (
    <section class="card then" aria-labelledby="downloads-then">
      <h2 id="downloads-then">{text.downloads}</h2>
      {downloads.length === 0 ? (
        <p class="hint">{text.noDownloads}</p>
      ) : (
        <ul class="rows">
          {downloads.map(({ id, t, title, artist, mood }) => (
            <li key={id}>
              <time class="figures">{clock(t)}</time>
              <div class="about">
                <p class="title">{title}</p>
                <p class="facts">{artist}</p>
              </div>
              {mood !== null && (
                <span class="says">
                  <Shape emotion={mood} />
                  {emotionName(mood)}
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
