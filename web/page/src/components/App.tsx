import { useEffect } from "preact/hooks";

import { state } from "../live";
import { isRunning } from "../state";
import { Cues } from "./Cues";
import { Downloads } from "./Downloads";
import { Header } from "./Header";
import { MoodPanel } from "./MoodPanel";
import { Player } from "./Player";
import { ProblemBanner } from "./ProblemBanner";
import { Stage } from "./Stage";
import { TimelineChart } from "./TimelineChart";
import { Welcome } from "./Welcome";

export function App() {
  const { phase, source, mood, cues, timeline, marks, missed, downloads, problem } = state.value;
  const running = isRunning(phase);

  useEffect(() => {
    document.title = running ? "● Moodcue is analysing" : "Moodcue";
  }, [running]);

  return (
    <>
      <Header />
      <main>
        {problem !== null && <ProblemBanner problem={problem} />}
        {phase === "idle" ? (
          <Welcome />
        ) : (
          <div class="session">
            <Stage phase={phase} source={source} mood={mood} />
            <MoodPanel mood={mood} missed={missed} running={running} />
            <Cues cues={cues} />
            <TimelineChart timeline={timeline} marks={marks} />
          </div>
        )}
        {(phase !== "idle" || downloads.length > 0) && <Downloads items={downloads} />}
      </main>
      <footer>
        Moods are estimates and can be wrong. They say how someone seems to sound and look, not how
        they feel. Not for judging people; the EU AI Act restricts emotion recognition at work and in
        schools.
      </footer>
      <Player />
    </>
  );
}
