import { facts, reason } from "../format";
import { session } from "../live";
import { loaded } from "../player";
import type { Cue } from "../wire";
import { words } from "../words";
import { Icon } from "./Icon";
import { PlayButton } from "./PlayButton";
import { Rights } from "./Rights";
import { Shape } from "./Shape";

/** Tracks that fit the mood, best first. */
export function Cues({ cues }: { cues: readonly Cue[] }) {
  const { title, none } = words.value.cues;
  return (
    <section class="cues card" aria-labelledby="cues-title">
      <h2 id="cues-title">{title}</h2>
      {cues.length === 0 ? (
        <p class="hint">{none}</p>
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
  return (
    <li
      class={loaded.value?.id === cue.track_id ? "loaded" : ""}
      data-testid="cue"
      data-track={cue.track_id}
    >
      <PlayButton track={cue} id={cue.track_id} session={session.value} />
      <div class="about">
        <p class="title">{cue.title}</p>
        <p class="facts">{facts(cue)}</p>
        <p class="why">
          <Shape emotion={cue.why.emotion} />
          {reason(cue.why)}
        </p>
        <Rights track={cue} />
      </div>
      <DownloadLink cue={cue} />
    </li>
  );
}

function DownloadLink({ cue }: { cue: Cue }) {
  const { download, downloadInTab, downloadOf } = words.value.cues;
  // The server logs the download and sends an online track's listener on to the web. There
  // browsers do not obey `download` but leave the page, which would end the session: so a new tab.
  const { title, ...target } = cue.offline
    ? { title: download, download: "" }
    : { title: downloadInTab, target: "_blank", rel: "noreferrer" };
  return (
    <a
      {...target}
      class="round button"
      href={cue.download}
      data-testid="cue-download"
      aria-label={downloadOf(cue.title)}
      title={title}
    >
      <Icon name="download" />
    </a>
  );
}
