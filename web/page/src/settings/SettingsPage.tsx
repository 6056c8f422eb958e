import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";

import { readAbout } from "../server/api";
import { keepServerToken, serverToken } from "../server/tokens";
import { EMOTIONS, type Emotion, mostLikely } from "../emotion/emotion";
import { signed, musicWord } from "../words/format";
import { enableShortcuts, helpOpen, shortcutsEnabled } from "./keyboard";
import { FADES, updatePlayback, playback } from "../player/player";
import { forget, problem, refresh, taste } from "./taste";
import { setTheme, theme, THEMES } from "../browser/theme";
import type { About, Taste } from "../server/wire";
import { language, LANGUAGES, languageName, setLanguage, emotionName, words } from "../words";
import { Choice } from "../parts/Choice";
import { ConfirmDialog } from "../parts/ConfirmDialog";
import { Disclosure } from "../parts/Disclosure";
import { Icon } from "../parts/Icon";
import { PageProblem } from "../problem/ProblemBanner";
import { Shape } from "../parts/Shape";
import "./SettingsPage.css";

const about = signal<About | null>(null);

/** The settings: appearance, playback, taste, token, stored data and reliability. */
export function SettingsPage() {
  const text = words.value.settings;
  useEffect(() => {
    void refresh();
    // Optional: without it, version and retention are not shown.
    void readAbout()
      .then((answer) => (about.value = answer))
      .catch(() => undefined);
  }, []);
  return (
    <div class="page settings">
      <PageProblem of={problem} onRemedy={() => void refresh()} />
      <div class="title-row">
        <h2>{words.value.pages.settings}</h2>
        {about.value !== null && <p class="hint">{text.version(about.value.version)}</p>}
      </div>
      <div class="columns">
        <section class="card" aria-labelledby="looks-title">
          <h3 id="looks-title">{text.appearance}</h3>
          <Choice
            label={text.language}
            value={language.value}
            options={LANGUAGES.map((each) => [each, languageName(each)] as const)}
            onChoose={setLanguage}
          />
          <Choice
            label={text.theme}
            value={theme.value}
            options={THEMES.map((each) => [each, text.themes[each]] as const)}
            onChoose={setTheme}
          />
          <label class="check">
            <input
              type="checkbox"
              checked={shortcutsEnabled.value}
              onChange={({ currentTarget }) => enableShortcuts(currentTarget.checked)}
            />
            {words.value.keys.enabled}
          </label>
          <button type="button" onClick={() => (helpOpen.value = true)}>
            <Icon name="help" />
            {words.value.keys.title}
          </button>
        </section>
        <Playback />
        <Learned />
        <ServerToken asked={about.value?.protected ?? false} />
        <section class="card" aria-labelledby="kept-title">
          <h3 id="kept-title">{text.kept}</h3>
          <p>{text.keptText}</p>
          {about.value !== null && <p>{text.retention(about.value.retention)}</p>}
          <p class="hint">{text.browser}</p>
        </section>
        <section class="card" aria-labelledby="honesty-title">
          <h3 id="honesty-title">{text.reliability}</h3>
          <Disclosure />
        </section>
      </div>
    </div>
  );
}

function Playback() {
  const { settings: text, player } = words.value;
  const { fade, duck } = playback.value;
  return (
    <section class="card" aria-labelledby="playback-title">
      <h3 id="playback-title">{text.playback}</h3>
      <Choice
        label={player.fadeHint}
        value={String(fade)}
        options={FADES.map((seconds) => [String(seconds), player.fade(seconds)] as const)}
        onChoose={(seconds) => updatePlayback({ fade: Number(seconds) })}
      />
      <label class="check">
        <input
          type="checkbox"
          checked={duck}
          onChange={({ currentTarget }) => updatePlayback({ duck: currentTarget.checked })}
        />
        {player.duck}
      </label>
      <p class="hint">{text.duckHint}</p>
    </section>
  );
}

type LearnedWord = Taste["words"][number];

/** Number of words to show, strongest first. */
const MOST = 12;

function Learned() {
  const [asking, setAsking] = useState(false);
  const text = words.value.settings;
  const found = taste.value?.words ?? [];
  const strongest = found.toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  const listed = strongest.slice(0, MOST).toSorted((a, b) => b.weight - a.weight);
  const most = Math.abs(strongest[0]?.weight ?? 1) || 1;
  return (
    <section class="card" aria-labelledby="taste-title">
      <h3 id="taste-title">{text.taste}</h3>
      {found.length === 0 ? (
        <p>{text.noTaste}</p>
      ) : (
        <>
          <p class="hint">{text.tasteHint}</p>
          <ul class="tastes">
            {listed.map((learned) => (
              <li key={learned.word}>
                <span>{musicWord(learned.word)}</span>
                <span class={learned.weight < 0 ? "lean against" : "lean"} aria-hidden="true">
                  <span style={{ width: `${(50 * Math.abs(learned.weight)) / most}%` }} />
                </span>
                <span class="value">{signed(learned.weight)}</span>
                <Moment learned={learned} />
              </li>
            ))}
          </ul>
          <div class="row">
            <a class="button" href={exported(found)} download="moodcue-taste.json">
              <Icon name="download" />
              {text.exportTaste}
            </a>
            <button type="button" onClick={() => setAsking(true)}>
              {text.resetTaste}
            </button>
          </div>
        </>
      )}
      {asking && (
        <ConfirmDialog
          title={text.resetTaste}
          text={text.resetText}
          action={text.resetTaste}
          onConfirm={() => void forget()}
          onClose={() => setAsking(false)}
        />
      )}
    </section>
  );
}

/** The mood in which such music was chosen most often. */
function Moment({ learned: { taken } }: { learned: LearnedWord }) {
  const counts = Object.fromEntries(EMOTIONS.map((emotion) => [emotion, taken[emotion] ?? 0]));
  const emotion = mostLikely(counts as Record<Emotion, number>);
  if ((taken[emotion] ?? 0) < 0.5) return <span />;
  return (
    <span class="felt">
      <Shape emotion={emotion} />
      {emotionName(emotion)}
    </span>
  );
}

function exported(learned: readonly LearnedWord[]): string {
  const text = JSON.stringify({ words: learned }, null, 2);
  return `data:application/json,${encodeURIComponent(text)}`;
}

function ServerToken({ asked }: { asked: boolean }) {
  const [saved, setSaved] = useState(false);
  const { settings: text, token } = words.value;
  if (!asked) return null;
  return (
    <section class="card" aria-labelledby="token-title">
      <h3 id="token-title">{text.token}</h3>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const given = new FormData(event.currentTarget).get("token");
          if (typeof given !== "string" || given.trim() === "") return;
          keepServerToken(given.trim());
          setSaved(true);
          void refresh();
        }}
      >
        <label>
          {token.label}
          <input
            name="token"
            type="password"
            autocomplete="off"
            required
            placeholder={serverToken() === null ? "" : text.tokenKept}
          />
        </label>
        <button type="submit">{text.save}</button>
        <p class="hint" role="status">
          {saved ? text.saved : token.hint}
        </p>
      </form>
    </section>
  );
}
