import { render } from "preact";

import { App } from "./components/App";
import { watchCueing } from "./cueing";
import { watchKeys } from "./keys";
import { leave, resume, watchDownloads } from "./live";
import { leavePlayer, watchPlayer } from "./player";
import { watchAddress } from "./router";
import { watchPreferences } from "./source";
import { watchTheme } from "./theme";
import { watchUpgrade } from "./upgrade";
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
