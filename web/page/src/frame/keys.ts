/** Runs the keyboard shortcuts. */

import { consentField } from "../chooser/SourceChooser";
import { noteField } from "../timeline/Notes";
import { type Command, commandOf } from "./commands";
import {
  changeSettings,
  like,
  liked,
  MODES,
  settings,
  shown,
  skip,
  startDownload,
} from "../cues/cueing";
import { start, stop } from "../session/session";
import { state } from "../session/store";
import { helpOpen, shortcutsEnabled } from "../settings/keyboard";
import { showNotice } from "../parts/notice";
import { isRunning } from "../session/phase";
import { updatePlayback, playback, loaded, seekBy, playing, step, toggle } from "../player/player";
import { selectedSource, file, preferences } from "../source/source";
import type { Cue } from "../server/wire";
import { words } from "../words";

/** Runs the command of each key press. */
export function watchKeyboard(): void {
  document.addEventListener("keydown", (event) => {
    const command = commandOf(event, shortcutsEnabled.value);
    if (command === null || document.querySelector("dialog[open]") !== null) return;
    event.preventDefault();
    RUN[command]();
  });
}

/** Returns the cue in the player, or else the best cue. */
function present(): Cue | undefined {
  const cues = shown.peek();
  return cues.find(({ track_id }) => track_id === loaded.peek()?.id) ?? cues[0];
}

const RUN: Readonly<Record<Command, () => void>> = {
  play: () => {
    const track = loaded.peek();
    if (track === null) step(1);
    else void toggle(track);
  },
  earlier: () => step(-1),
  later: () => step(1),
  back: () => seekBy(-5),
  forward: () => seekBy(5),
  quieter: () => turn(-0.1),
  louder: () => turn(0.1),
  like: () => {
    const cue = present();
    if (cue === undefined || liked.peek().has(cue.track_id)) return;
    like(cue);
    showNotice(words.peek().cues.liked(cue.title));
  },
  skip: () => {
    const cue = present();
    if (cue === undefined) return;
    if (playing.peek() && loaded.peek()?.id === cue.track_id) step(1);
    skip(cue);
    showNotice(words.peek().cues.skipped(cue.title));
  },
  download: () => {
    const cue = present();
    if (cue !== undefined) startDownload(cue);
  },
  credit: () => {
    const track = loaded.peek() ?? present();
    if (track === undefined) return;
    void navigator.clipboard
      .writeText(track.credit)
      .then(() => showNotice(words.peek().track.copiedCredit(track.title)))
      .catch(() => showNotice(track.credit));
  },
  mode: () => {
    const next = MODES[(MODES.indexOf(settings.peek().mode) + 1) % MODES.length];
    if (next === undefined) return;
    changeSettings({ mode: next });
    const { modes, modeHints } = words.peek().cues;
    showNotice(`${modes[next]}: ${modeHints[next]}`);
  },
  note: () => noteField.current?.focus(),
  session: () => {
    const { phase, source } = state.peek();
    if (isRunning(phase)) return stop();
    const next = phase === "ended" ? source : selectedSource(preferences.peek(), file.peek());
    if (next !== null && preferences.peek().agreed) void start(next);
    else consentField.current?.focus();
  },
  help: () => {
    helpOpen.value = true;
  },
};

function turn(by: number): void {
  const volume = Math.min(Math.max(playback.peek().volume + by, 0), 1);
  updatePlayback({ volume: Math.round(volume * 100) / 100 });
}
