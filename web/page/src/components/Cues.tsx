import { useState } from "preact/hooks";

import { clock, reason } from "../format";
import { loaded, playing, toggle } from "../player";
import type { Cue } from "../wire";
import { Icon } from "./Icon";
import { Shape } from "./Shape";

/** Tracks that fit the mood, best first. */
export function Cues({ cues }: { cues: readonly Cue[] }) {
  return (
    <section class="cues card" aria-labelledby="cues-title">
      <h2 id="cues-title">Cues</h2>
      {cues.length === 0 ? (
        <p class="hint">Tracks appear here as soon as there is a mood to fit.</p>
      ) : (
        <ol>
          {cues.map((cue) => (
            <CueRow key={cue.track_id} cue={cue} />
          ))}
        </ol>
      )}
    </section>
  );
}

function CueRow({ cue }: { cue: Cue }) {
  const isLoaded = loaded.value?.track_id === cue.track_id;
  const isPlaying = isLoaded && playing.value;
  const facts = [
    cue.artist,
    cue.bpm === null ? null : `${Math.round(cue.bpm)} BPM`,
    cue.duration === null ? null : clock(cue.duration),
  ].filter((fact) => fact !== null);
  return (
    <li class={isLoaded ? "loaded" : ""} data-testid="cue" data-track={cue.track_id}>
      <button
        type="button"
        class="round"
        data-testid="cue-play"
        aria-label={`${isPlaying ? "Pause" : "Play"} ${cue.title}`}
        onClick={() => void toggle(cue)}
      >
        <Icon name={isPlaying ? "pause" : "play"} />
      </button>
      <div class="about">
        <p class="title">{cue.title}</p>
        <p class="facts">{facts.join(" · ")}</p>
        <p class="why">
          <Shape emotion={cue.why.emotion} />
          {reason(cue.why)}
        </p>
        <p class="rights">
          <span class="tag">{cue.licence}</span>
          <span class="tag">{cue.offline ? "offline" : "online"}</span>
          <CopyCredit credit={cue.credit} />
        </p>
      </div>
      <DownloadLink cue={cue} />
    </li>
  );
}

function DownloadLink({ cue }: { cue: Cue }) {
  // The server logs the download and sends an online track's listener on to incompetech.com. There
  // browsers do not obey `download` but leave the page, which would end the session: so a new tab.
  const { title, ...target } = cue.offline
    ? { title: "Download", download: "" }
    : { title: "Download, in a new tab", target: "_blank", rel: "noreferrer" };
  return (
    <a
      {...target}
      class="round button"
      href={cue.download}
      data-testid="cue-download"
      aria-label={`Download ${cue.title}`}
      title={title}
    >
      <Icon name="download" />
    </a>
  );
}

/** Where the clipboard is out of reach, the line is shown to be copied by hand. */
export function CopyCredit({ credit }: { credit: string }) {
  const [result, setResult] = useState<"copied" | "refused" | null>(null);

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(credit);
      setResult("copied");
      setTimeout(() => setResult(null), 2000);
    } catch {
      setResult("refused");
    }
  }

  if (result === "refused") return <span class="credit">{credit}</span>;
  return (
    <button type="button" class="link" title={credit} onClick={() => void copy()}>
      <Icon name="copy" />
      <span aria-live="polite">{result === "copied" ? "Copied" : "Copy credit"}</span>
    </button>
  );
}
