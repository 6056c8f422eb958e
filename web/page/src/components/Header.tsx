import { start, state, stop } from "../live";
import { clock } from "../format";
import { fragmentOf, page, PAGES, type PageName } from "../router";
import { isRunning, type Phase } from "../state";

const WORDS: Readonly<Record<Phase, string>> = {
  idle: "Nothing is analysed",
  opening: "Connecting…",
  waiting: "Waiting for sound and picture…",
  live: "Analysing",
  lost: "Reconnecting…",
  ended: "Ended",
};

/** The name of the page, and the one place that says whether something is being analysed. */
export function Header() {
  const { phase, t, source } = state.value;
  const running = isRunning(phase);
  return (
    <header class={running ? "running" : ""}>
      <h1>
        <img src="/icon.svg" alt="" width="28" height="28" />
        Moodcue
      </h1>
      <nav aria-label="Pages">
        {(Object.keys(PAGES) as PageName[]).map((name) => (
          <a
            key={name}
            href={fragmentOf(name)}
            aria-current={page.value === name ? "page" : undefined}
            data-testid={`page-${name}`}
          >
            {PAGES[name]}
          </a>
        ))}
      </nav>
      <p class={`status ${phase}`}>
        <span class="dot" aria-hidden="true" />
        <span role="status" data-testid="status" data-phase={phase}>
          {WORDS[phase]}
        </span>
        {phase !== "idle" && <time>{clock(t)}</time>}
      </p>
      {running && (
        <button type="button" class="stop" data-testid="stop" onClick={stop}>
          Stop
        </button>
      )}
      {phase === "ended" && page.value === "live" && (
        <button
          type="button"
          class="primary"
          data-testid="start"
          onClick={() => void start(source)}
        >
          Start again
        </button>
      )}
    </header>
  );
}
