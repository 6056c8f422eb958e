import "./styles/index.css";
import { render } from "preact";

import { App } from "./frame/App";
import { watchCueing } from "./cues/cueing";
import { watchKeyboard } from "./frame/keys";
import { restoreShortcuts } from "./settings/keyboard";
import { watchDownloads } from "./session/downloads";
import { leave, resume } from "./session/session";
import { leavePlayer, watchPlayer } from "./player/player";
import { watchAddress } from "./browser/router";
import { watchPreferences } from "./source/source";
import { watchTheme } from "./browser/theme";
import { watchUpgrade } from "./frame/upgrade";
import { watchLanguage } from "./words";

watchLanguage();
watchPreferences();
watchTheme();
watchAddress();
watchDownloads();
watchCueing();
watchPlayer();
restoreShortcuts();
watchKeyboard();
watchUpgrade();
void resume();
window.addEventListener("pagehide", () => {
  leavePlayer();
  leave();
});

const root = document.getElementById("app");
if (root !== null) render(<App />, root);
