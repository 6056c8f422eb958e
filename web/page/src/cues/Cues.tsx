import { useState } from "preact/hooks";

import { downloadLink, frozen, like, liked, settings, shown, skip, hasNewer } from "./cueing";
import { describeLearned, percent, describeReason } from "../words/format";
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

/** The cues, best first. The list does not change while it has the pointer or the focus. */
export function Cues() {
  const { title, none, newer } = words.value.cues;
  const cues = shown.value;
  const [all, setAll] = useState(false);
  const hold = (): void => {
    frozen.value ??= state.peek().cues;
  };
  const release = (): void => {
    frozen.value = null;
  };
  return (
    <section class="cues card" aria-labelledby="cues-title">
      <div class="title-row">
        <h2 id="cues-title">{title}</h2>
        {hasNewer.value && (
          <button type="button" class="link" onClick={release}>
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
        <button type="button" class="unfold" onClick={() => setAll(true)}>
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
    <li class={loaded.value?.id === cue.track_id ? "loaded" : ""} data-track={cue.track_id}>
      <PlayButton track={cue} id={cue.track_id} session={session.value} />
      <div class="about">
        <p class="title" title={title}>
          {title}
        </p>
        <Facts track={cue} />
        <p class="why" title={text.chance(percent(why.probability))}>
          <Shape emotion={why.emotion} />
          {describeReason(why, settings.value, state.value.sure)}
        </p>
        {why.because !== null && (
          <p class="why learned">
            <Icon name="spark" />
            {describeLearned(why)}
          </p>
        )}
        <Rights track={cue} />
      </div>
      <div class="cue-actions">
        <DownloadLink cue={cue} />
        <button
          type="button"
          class="round"
          aria-pressed={isLiked}
          aria-label={text.like(title)}
          title={text.like(title)}
          disabled={isLiked}
          onClick={() => like(cue)}
        >
          <Icon name="heart" />
        </button>
        <button
          type="button"
          class="round"
          aria-label={text.skip(title)}
          title={text.skip(title)}
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
  return (
    <a
      {...downloadLink(cue)}
      class="round button"
      aria-label={downloadOf(cue.title)}
      title={cue.offline ? download : downloadInTab}
    >
      <Icon name="download" />
    </a>
  );
}
