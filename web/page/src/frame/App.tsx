import { useEffect, useRef } from "preact/hooks";

import { helpOpen } from "../settings/keyboard";
import { state } from "../session/store";
import { problem as playerProblem } from "../player/player";
import { page, type PageName } from "../browser/router";
import { isRunning } from "../session/phase";
import { words } from "../words";
import { DownloadsPage } from "../downloads/DownloadsPage";
import { Header } from "./Header";
import { HelpDialog } from "./HelpDialog";
import { HistoryPage } from "../history/HistoryPage";
import { LibraryPage } from "../library/LibraryPage";
import { LivePage } from "../live/LivePage";
import { Notice } from "./Notice";
import { Outdated } from "./Outdated";
import { Player } from "../player/Player";
import { ProblemBanner } from "../problem/ProblemBanner";
import { SettingsPage } from "../settings/SettingsPage";
import "./App.css";

const SHOWN = {
  live: LivePage,
  history: HistoryPage,
  library: LibraryPage,
  downloads: DownloadsPage,
  settings: SettingsPage,
} as const satisfies Record<PageName, () => unknown>;

export function App() {
  const name = page.value;
  const title = words.value.pages[name];
  const { phase } = state.value;
  const running = isRunning(phase);
  const main = useRef<HTMLElement>(null);
  const view = name === "live" && phase === "idle" ? "welcome" : name;
  const before = useRef(view);
  const Shown = SHOWN[name];

  useEffect(() => {
    const full = name === "live" ? "Moodcue" : `${title} · Moodcue`;
    document.title = running ? `● ${full}` : full;
  }, [running, name, title]);

  // Keyboard and screen reader users continue at the start of the new page.
  useEffect(() => {
    if (before.current !== view) main.current?.focus();
    before.current = view;
  }, [view]);

  return (
    <>
      <Header />
      <main ref={main} tabIndex={-1} aria-label={title}>
        <Outdated />
        {playerProblem.value !== null && (
          <ProblemBanner
            problem={playerProblem.value}
            onRemedy={() => undefined}
            onDismiss={() => (playerProblem.value = null)}
          />
        )}
        <Shown />
      </main>
      <Player />
      <Notice />
      {helpOpen.value && <HelpDialog />}
    </>
  );
}
