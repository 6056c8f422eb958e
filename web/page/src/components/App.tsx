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
            <Downloads items={downloads} />
          </div>
        )}
      </main>
      {phase !== "idle" && (
        <footer>
          Moods are estimates and can be wrong: how someone seems to sound and look, not what they
          feel. They are not for judging people.
        </footer>
      )}
      <Player />
    </>
  );
}
