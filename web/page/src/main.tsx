import { render } from "preact";

import { App } from "./frame/App";
import { watchCueing } from "./cues/cueing";
import { watchKeys } from "./frame/keys";
import { leave, resume, watchDownloads } from "./live/live";
import { leavePlayer, watchPlayer } from "./player/player";
import { watchAddress } from "./parts/router";
import { watchPreferences } from "./source/source";
import { watchTheme } from "./settings/theme";
import { watchUpgrade } from "./server/upgrade";
import { watchLanguage } from "./words";
import "uplot/dist/uPlot.min.css";
import "./styles/index.css";

watchLanguage();
watchPreferences();
watchTheme();
watchAddress();
watchDownloads();
watchCueing();
watchPlayer();
watchKeys();
watchUpgrade();
void resume();
window.addEventListener("pagehide", () => {
  leavePlayer();
  leave();
});

const root = document.getElementById("app");
if (root !== null) render(<App />, root);
