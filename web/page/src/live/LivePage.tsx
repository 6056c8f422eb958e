import { dispatch, note, remedy, session, state, unnote } from "./live";
import { isRunning } from "./phase";
import { words } from "../words";
import { Cues } from "../cues/Cues";
import { Downloads } from "../downloads/Downloads";
import { MoodPanel } from "../mood/MoodPanel";
import { Notes } from "../timeline/Notes";
import { OverlayAddress } from "./OverlayAddress";
import { ProblemBanner } from "../problem/ProblemBanner";
import { Stage } from "./stage/Stage";
import { TimelineCard } from "../timeline/TimelineCard";
import { Welcome } from "./Welcome";

/** A session: what is seen and heard, the mood, and the music for it. */
export function LivePage() {
  const { phase, mood, timeline, marks, plays, missed, downloads, problem, t } = state.value;
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
            <Stage state={state.value} />
            <MoodPanel
              mood={mood}
              timeline={timeline}
              missed={missed}
              running={isRunning(phase)}
            />
            <Cues />
            <TimelineCard timeline={timeline} marks={marks} plays={plays} length={t} />
            <section class="jotter card" aria-label={words.value.notes.title}>
              <Notes
                marks={marks}
                now={() => state.peek().t}
                onAdd={note}
                onDelete={(id) => void unnote(id)}
              />
            </section>
            <Downloads items={downloads} />
            {session.value !== null && <OverlayAddress session={session.value} />}
          </div>
          <footer>{words.value.frame.estimates}</footer>
        </>
      )}
    </>
  );
}
