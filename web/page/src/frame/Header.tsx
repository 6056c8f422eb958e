import { helpOpen } from "../settings/keyboard";
import { start, stop } from "../session/session";
import { state } from "../session/store";
import { clock } from "../words/format";
import { fragmentOf, page, PAGES } from "../browser/router";
import { isRunning } from "../session/phase";
import { words } from "../words";
import { Icon } from "../parts/Icon";
import "./Header.css";

/** Navigation, and the state of the session. */
export function Header() {
  const { phase, t, source } = state.value;
  const running = isRunning(phase);
  const { pages, frame } = words.value;
  return (
    <header class={running ? "running" : ""}>
      <h1>
        <img src="/icon.svg" alt="" width="28" height="28" />
        Moodcue
      </h1>
      <nav aria-label={frame.pages}>
        {PAGES.map((name) => (
          <a
            key={name}
            href={fragmentOf(name)}
            aria-current={page.value === name ? "page" : undefined}
          >
            {pages[name]}
          </a>
        ))}
      </nav>
      <p class={`status ${phase}`}>
        <span class="dot" aria-hidden="true" />
        <span role="status" data-phase={phase}>
          {frame.phases[phase]}
        </span>
        {phase !== "idle" && <time>{clock(t)}</time>}
      </p>
      <button
        type="button"
        class="round quiet"
        aria-label={frame.help}
        title={`${frame.help} (?)`}
        onClick={() => (helpOpen.value = true)}
      >
        <Icon name="help" />
      </button>
      {running && (
        <button type="button" class="stop" onClick={stop}>
          {frame.stop}
        </button>
      )}
      {phase === "ended" && page.value === "live" && (
        <button type="button" class="primary" onClick={() => void start(source)}>
          {frame.startAgain}
        </button>
      )}
    </header>
  );
}
