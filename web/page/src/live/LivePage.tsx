import { addNote, deleteNote } from "../session/notes";
import { applyRemedy } from "../session/session";
import { dispatch, session, state } from "../session/store";
import { isRunning } from "../session/phase";
import { words } from "../words";
import { Cues } from "../cues/Cues";
import { Downloads } from "../downloads/Downloads";
import { MoodPanel } from "../mood/MoodPanel";
import { Notes } from "../timeline/Notes";
import { OverlayAddress } from "./OverlayAddress";
import { ProblemBanner } from "../problem/ProblemBanner";
import { Stage } from "../stage/Stage";
import { TimelineCard } from "../timeline/TimelineCard";
import { Welcome } from "./Welcome";
import "./LivePage.css";

/** The live session, or the welcome page before one. */
export function LivePage() {
  const { phase, mood, timeline, marks, plays, missed, downloads, problem, t } = state.value;
  return (
    <>
      {problem !== null && (
        <ProblemBanner
          problem={problem}
          onRemedy={applyRemedy}
          onDismiss={() => dispatch({ type: "problem", problem: null })}
        />
      )}
      {phase === "idle" ? (
        <Welcome />
      ) : (
        <>
          <div class="session">
            <Stage state={state.value} />
            <MoodPanel mood={mood} timeline={timeline} missed={missed} running={isRunning(phase)} />
            <Cues />
            <TimelineCard timeline={timeline} marks={marks} plays={plays} length={t} />
            <section class="session-notes card" aria-label={words.value.notes.title}>
              <Notes
                marks={marks}
                now={() => state.peek().t}
                onAdd={addNote}
                onDelete={(id) => void deleteNote(id)}
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
