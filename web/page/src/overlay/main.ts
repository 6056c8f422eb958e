import { SHAPES } from "../emotion/emotion";
import { follow, socketUrl } from "../server/socket";
import { readEvent } from "../server/wire";
import { EMOTION_WORDS } from "../words/emotions";
import { readOptions } from "./options";
import { after, BLANK, type Scene } from "./scene";
import "../styles/colours.css";
import "./overlay.css";

const { session, token, theme, show, scale, language } = readOptions(
  new URL(location.href),
  navigator.languages,
);
const words = EMOTION_WORDS[language];

document.documentElement.lang = language;
document.documentElement.style.fontSize = `${100 * scale}%`;
document.body.className = theme;

let scene = BLANK;
let drawn: Scene | null = null;

follow({
  url: () => socketUrl(`/api/sessions/${session}/events`, token, scene.seq),
  message: (text) => {
    const event = readEvent(text);
    if (event === null) return;
    if (scene === drawn) requestAnimationFrame(draw);
    scene = after(scene, event);
  },
  worthwhile: () => Promise.resolve(!scene.ended),
});

draw();

/** Changes only what differs: OBS repaints the whole page with every change. */
function draw(): void {
  const before = drawn;
  drawn = scene;
  if (before === null || before.mood !== scene.mood) drawMood();
  if (before === null || before.track?.track_id !== scene.track?.track_id) drawTrack();
}

function drawMood(): void {
  const place = part("mood");
  place.hidden = scene.mood === null || !show.includes("mood");
  if (scene.mood === null) return;
  place.className = scene.mood;
  place.querySelector("path")?.setAttribute("d", SHAPES[scene.mood]);
  write("word", words[scene.mood]);
}

function drawTrack(): void {
  const place = part("track");
  place.hidden = scene.track === null || !show.includes("track");
  if (scene.track === null) return;
  write("title", scene.track.title);
  // Word joiners keep an address from being broken at its slashes.
  write("credit", scene.track.credit.replaceAll("/", "/\u2060"));
}

function part(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

function write(id: string, text: string): void {
  part(id).textContent = text;
}
