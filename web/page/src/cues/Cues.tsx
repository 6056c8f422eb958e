import { useState } from "preact/hooks";

import { held, like, liked, settings, shown, skip, waiting } from "./cueing";
import { learned, percent, reason } from "../words/format";
import { session, state } from "../session/store";
import { loaded } from "../player/player";
import type { Cue } from "../server/wire";
import { words } from "../words";
import { CueControls } from "./CueControls";
import { Facts } from "../tracks/Facts";
import { Icon } from "../parts/Icon";
import { PlayButton } from "../player/PlayButton";
import { Rights } from "../tracks/Rights";
import { Shape } from "../parts/Shape";
import "../tracks/TrackRow.css";
import "./Cues.css";

/** Tracks that fit the mood, best first. Nothing moves while one points at it or is inside. */
export function Cues() {
  const { title, none, newer } = words.value.cues;
  const cues = shown.value;
  const [all, setAll] = useState(false);
  const hold = (): void => {
    held.value ??= state.peek().cues;
  };
  const release = (): void => {
    held.value = null;
  };
  return (
    <section class="cues card" aria-labelledby="cues-title">
      <div class="title-row">
        <h2 id="cues-title">{title}</h2>
        {waiting.value && (
          <button type="button" class="link" data-testid="newer" onClick={release}>
            {newer}
          </button>
        )}
      </div>
      <CueControls />
      {cues.length === 0 ? (
        <p class="hint">{none}</p>
      ) : (
        <ol
          class={all ? "" : "folded"}
          onPointerEnter={({ pointerType }) => pointerType === "mouse" && hold()}
          onPointerLeave={({ pointerType }) => pointerType === "mouse" && release()}
          onFocusIn={({ target }) =>
            target instanceof Element && target.matches(":focus-visible") && hold()
          }
          onFocusOut={({ currentTarget, relatedTarget }) =>
            currentTarget.contains(relatedTarget as Node | null) || release()
          }
        >
          {cues.map((cue) => (
            <CueRow key={cue.track_id} cue={cue} />
          ))}
        </ol>
      )}
      {!all && cues.length > 0 && (
        <button type="button" class="unfold" data-testid="all-cues" onClick={() => setAll(true)}>
          {words.value.cues.all}
        </button>
      )}
    </section>
  );
}

function CueRow({ cue }: { cue: Cue }) {
  const { title, why } = cue;
  const text = words.value.cues;
  const isLiked = liked.value.has(cue.track_id);
  return (
    <li
      class={loaded.value?.id === cue.track_id ? "loaded" : ""}
      data-testid="cue"
      data-track={cue.track_id}
    >
      <PlayButton track={cue} id={cue.track_id} session={session.value} />
      <div class="about">
        <p class="title" title={title}>
          {title}
        </p>
        <Facts track={cue} />
        <p class="why" title={text.chance(percent(why.probability))}>
          <Shape emotion={why.emotion} />
          {reason(why, settings.value, state.value.sure)}
        </p>
        {why.because !== null && (
          <p class="why learned">
            <Icon name="spark" />
            {learned(why)}
          </p>
        )}
        <Rights track={cue} />
      </div>
      <div class="doings">
        <DownloadLink cue={cue} />
        <button
          type="button"
          class="round"
          aria-pressed={isLiked}
          aria-label={text.like(title)}
          title={text.like(title)}
          disabled={isLiked}
          data-testid="cue-like"
          onClick={() => like(cue)}
        >
          <Icon name="heart" />
        </button>
        <button
          type="button"
          class="round"
          aria-label={text.skip(title)}
          title={text.skip(title)}
          data-testid="cue-skip"
          onClick={() => skip(cue)}
        >
          <Icon name="close" />
        </button>
      </div>
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
