import { dispatch, remedy, state } from "../live";
import { isRunning } from "../state";
import { words } from "../words";
import { Cues } from "./Cues";
import { Downloads } from "./Downloads";
import { MoodPanel } from "./MoodPanel";
import { ProblemBanner } from "./ProblemBanner";
import { Stage } from "./Stage";
import { TimelineChart } from "./TimelineChart";
import { Welcome } from "./Welcome";

/** A session: what is seen and heard, the mood, and the music for it. */
export function LivePage() {
  const { phase, source, mood, cues, timeline, marks, missed, downloads, problem } = state.value;
  return (
    <>
      {problem !== null && (
        <ProblemBanner
          problem={problem}
          onRemedy={remedy}
          onDismiss={() => dispatch({ type: "problem", problem: null })}
        />
      )}
      {phase === "idle" ? (
        <Welcome />
      ) : (
        <>
          <div class="session">
            <Stage phase={phase} source={source} mood={mood} />
            <MoodPanel mood={mood} missed={missed} running={isRunning(phase)} />
            <Cues cues={cues} />
            <TimelineChart timeline={timeline} marks={marks} />
            <Downloads items={downloads} />
          </div>
          <footer>{words.value.frame.estimates}</footer>
        </>
      )}
    </>
  );
}
