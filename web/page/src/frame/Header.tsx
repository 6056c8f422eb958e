import { helpOpen } from "../settings/keyboard";
import { start, stop } from "../session/session";
import { state } from "../session/store";
import { clock } from "../words/format";
import { fragmentOf, page, PAGES } from "../browser/router";
import { isRunning } from "../session/phase";
import { words } from "../words";
import { Icon } from "../parts/Icon";
import "./Header.css";

/** The name of the page, and the one place that says whether something is being analysed. */
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
            data-testid={`page-${name}`}
          >
            {pages[name]}
          </a>
        ))}
      </nav>
      <p class={`status ${phase}`}>
        <span class="dot" aria-hidden="true" />
        <span role="status" data-testid="status" data-phase={phase}>
          {frame.phases[phase]}
        </span>
        {phase !== "idle" && <time>{clock(t)}</time>}
      </p>
      <button
        type="button"
        class="round quiet"
        aria-label={frame.help}
        title={`${frame.help} (?)`}
        data-testid="open-help"
        onClick={() => (helpOpen.value = true)}
      >
        <Icon name="help" />
      </button>
      {running && (
        <button type="button" class="stop" data-testid="stop" onClick={stop}>
          {frame.stop}
        </button>
      )}
      {phase === "ended" && page.value === "live" && (
        <button
          type="button"
          class="primary"
          data-testid="start"
          onClick={() => void start(source)}
        >
          {frame.startAgain}
        </button>
      )}
    </header>
  );
}
