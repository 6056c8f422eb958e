import { render } from "preact";

import { App } from "./components/App";
import { watchCueing } from "./cueing";
import { watchKeys } from "./keys";
import { stop, watchDownloads } from "./live";
import { reportPreview, watchPlayer } from "./player";
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
// A tab that is closed says goodbye, so that its place on the server is free at once.
window.addEventListener("pagehide", () => {
  reportPreview();
  stop();
});

const root = document.getElementById("app");
if (root !== null) render(<App />, root);
