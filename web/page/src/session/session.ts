/** Runs a session from start to stop; `state.ts` holds the pure part. */

import { batch } from "@preact/signals";

import {
  deleteSession,
  endSession,
  isOpen,
  leaveSession,
  openSession,
  readOverview,
  readTimeline,
  sendOffer,
  showSession,
} from "../server/api";
import { sessionPath } from "../server/addresses";
import { isNotFound } from "../server/errors";
import { backOff, follow, socketUrl } from "../server/socket";
import { forgetToken, keepToken } from "../server/tokens";
import { readEvent, type OpenedSession, type SessionEvent } from "../server/wire";
import {
  explain,
  failed,
  PROBLEMS,
  ProblemError,
  type Problem,
  type Remedy,
} from "../problem/problem";
import { listDevices } from "../source/media";
import {
  updatePreferences,
  preferences,
  sessionRequest,
  isSentByPage,
  type DeviceSelection,
  type Source,
} from "../source/source";
import { connect, type Uplink } from "../source/uplink";
import { upload } from "../source/upload";
import { batched } from "./batch";
import { capture, closeMedia, devices, media, startPreview } from "./media";
import { forgetRunning, keepRunning, lastRunning } from "./resume";
import { dispatch, resumed, session, state } from "./store";

/** Renders at most once a second: after a reconnect many events arrive at once. */
const incoming = batched<SessionEvent>(
  (events) => batch(() => events.forEach((event) => dispatch({ type: "event", event }))),
  1000,
);

/** The open session. A new object for each start identifies late responses. */
interface Run {
  readonly source: Source;
  /** Cancels an upload. */
  readonly cancel: AbortController;
  session: OpenedSession | null;
  uplink: Uplink | null;
  unfollow: () => void;
  /** Number of the latest connection attempt; earlier ones are abandoned. */
  link: number;
}

let run: Run | null = null;

export async function start(source: Source): Promise<void> {
  stop();
  const mine = begin(source);
  try {
    if (isSentByPage(source)) await openMedia(mine);
    if (run !== mine) return;
    const opened = await requestSession(mine);
    if (run !== mine) return void endSession(opened).catch(() => undefined);
    mine.session = opened;
    session.value = opened;
    keepToken(opened.id, opened.token);
    keepRunning({ opened, source });
    const duration = source.kind === "upload" ? (await showSession(opened)).duration : null;
    if (run !== mine) return;
    dispatch({ type: "opened", duration });
    followEvents(mine, opened);
    if (isSentByPage(source)) await connectAndPlay(mine, opened);
  } catch (error) {
    fail(mine, error);
  }
}

/** Resumes the session that was open in this tab before a reload. */
export async function resume(): Promise<void> {
  const last = await lastRunning();
  const mine = last !== null && run === null ? begin(last.source) : null;
  if (last === null || mine === null) return;
  const { opened, source } = last;
  try {
    const info = await showSession(opened);
    const overview = await readOverview(opened);
    const present = await readTimeline(opened, info.t, info.t);
    if (run !== mine) return;
    if (info.state === "ended") return finish(mine, null);
    mine.session = opened;
    resumed.value = { info, overview };
    dispatch({ type: "resumed", info, overview, present });
    session.value = opened;
    followEvents(mine, opened);
    if (source.kind === "camera") await reopen(mine, opened);
    // Browsers require a click to share a screen.
    if (source.kind === "screen") dispatch({ type: "problem", problem: PROBLEMS.notShared });
  } catch (error) {
    finish(mine, isNotFound(error) ? null : explain(error));
  }
}

function begin(source: Source): Run {
  const mine: Run = {
    source,
    cancel: new AbortController(),
    session: null,
    uplink: null,
    unfollow: () => undefined,
    link: 0,
  };
  run = mine;
  dispatch({ type: "opening", source });
  return mine;
}

function followEvents(mine: Run, opened: OpenedSession): void {
  mine.unfollow = follow({
    url: () => socketUrl(sessionPath(opened.id, "/events"), opened.token, state.value.seq),
    message: (text) => onMessage(mine, text),
    open: () => dispatch({ type: "restored" }),
    lost: markLost,
    expecting: () => state.peek().phase === "live",
    worthwhile: () => canContinue(mine, opened),
  });
}

/** Stops the session, here and on the server. */
export function stop(): void {
  if (run === null) return;
  const { session: opened } = run;
  finish(run, null);
  // Best effort: the server ends sessions without media by itself.
  if (opened !== null) void endSession(opened).catch(() => undefined);
}

/** Called when the page is closed or reloaded: the session ends unless the page returns. */
export function leave(): void {
  if (run?.session) void leaveSession(run.session).catch(() => undefined);
}

/** Stops the session and deletes all of its data. */
export async function erase(opened: OpenedSession): Promise<void> {
  if (run?.session === opened) finish(run, null);
  try {
    await deleteSession(opened);
  } catch (error) {
    return dispatch({ type: "problem", problem: explain(error) });
  }
  forget(opened.id);
}

/** Forgets a deleted session, and clears the page if it shows that session. */
export function forget(id: string): void {
  forgetToken(id);
  if (run?.session?.id === id) finish(run, null);
  if (session.value?.id !== id) return;
  session.value = null;
  dispatch({ type: "left" });
}

/** Selects devices; a running session or preview switches to them. */
export function chooseDevices(choice: DeviceSelection): void {
  updatePreferences({ choice });
  if (run?.session && run.source.kind === "camera") void reopen(run, run.session);
  else if (run === null && media.value !== null) void startPreview();
}

/** Applies a remedy that a problem offers. */
export function applyRemedy(kind: Exclude<Remedy, "sign-in">): void {
  const { camera, microphone } = preferences.value.choice;
  const { source } = state.value;
  switch (kind) {
    case "voice-only":
      updatePreferences({ choice: { camera: null, microphone: microphone ?? "" } });
      return retry({ kind: "camera" });
    case "face-only":
      updatePreferences({ choice: { camera: camera ?? "", microphone: null } });
      return retry({ kind: "camera" });
    case "sample":
      return void start({ kind: "sample" });
    case "upload":
      if (source.kind === "playback") void start({ kind: "upload", file: source.file });
      return;
    case "play":
      if (source.kind === "upload") void start({ kind: "playback", file: source.file });
      return;
    case "retry":
    case "share":
      return retry(source);
  }
}

/** Reopens the media of the same session if possible, or starts a new one. */
function retry(source: Source): void {
  if (run?.session && isSentByPage(source)) void reopen(run, run.session);
  else void start(source);
}

/** Opens the session, by a request or by an upload. */
async function requestSession({ source, cancel }: Run): Promise<OpenedSession> {
  if (source.kind !== "upload") return openSession(sessionRequest(source));
  dispatch({ type: "sent", share: 0 });
  return upload(source.file, (share) => dispatch({ type: "sent", share }), cancel.signal);
}

async function openMedia(mine: Run): Promise<void> {
  if (typeof RTCPeerConnection === "undefined") throw new ProblemError(PROBLEMS.cannotSend);
  // A camera must be closed before it is reopened. A shared screen stays until another one is
  // chosen, in case the user cancels.
  if (mine.source.kind !== "screen") closeMedia();
  const opened = await capture(mine.source, {
    ended: () => {
      if (run === mine) stop();
    },
    lost: () => {
      if (run === mine) dispatch({ type: "problem", problem: PROBLEMS.unplugged });
    },
  });
  if (run !== mine) return opened.close();
  closeMedia();
  media.value = opened;
  if (mine.source.kind === "camera") devices.value = await listDevices();
  if (mine.source.kind === "screen" && opened.analysis.getAudioTracks().length === 0) {
    dispatch({ type: "problem", problem: PROBLEMS.silentShare });
  }
}

async function reopen(mine: Run, opened: OpenedSession): Promise<void> {
  const before = state.value.problem;
  dispatch({ type: "problem", problem: null });
  try {
    await openMedia(mine);
    if (run !== mine) return;
    mine.uplink?.close();
    mine.uplink = null;
    await connectAndPlay(mine, opened);
  } catch (error) {
    // The session stays open: other devices may work, and the shared screen still does.
    const problem = explain(error);
    const changedMind = problem === PROBLEMS.notShared && media.value !== null;
    if (run === mine) dispatch({ type: "problem", problem: changedMind ? before : problem });
  }
}

/** Starts playback only once the server is connected, so that it misses nothing. */
async function connectAndPlay(mine: Run, opened: OpenedSession): Promise<void> {
  await link(mine, opened);
  // If autoplay is blocked, the player stays paused.
  await media.value?.player?.element.play().catch(() => undefined);
}

/** Connects the media to the server, and reconnects whenever the connection breaks. */
async function link(mine: Run, opened: OpenedSession): Promise<void> {
  const number = ++mine.link;
  const current = (): boolean => run === mine && mine.link === number;
  const sent = media.value?.analysis;
  if (sent === undefined) return;
  const uplink = await connect(
    sent,
    opened.ice_servers,
    (sdp) => sendOffer(opened, sdp),
    () => {
      if (current()) void reconnectMedia(mine, opened);
    },
  );
  if (current()) mine.uplink = uplink;
  else uplink.close();
}

async function reconnectMedia(mine: Run, opened: OpenedSession): Promise<void> {
  markLost();
  mine.uplink?.close();
  mine.uplink = null;
  const number = ++mine.link;
  for (let attempt = 0; run === mine && mine.link === number; attempt++) {
    try {
      await link(mine, opened);
      return;
    } catch (error) {
      if (isNotFound(error)) {
        finish(mine, PROBLEMS.gone);
        return;
      }
      mine.link = number;
      await new Promise((resolve) => setTimeout(resolve, backOff(attempt) * 1000));
    }
  }
}

/** Marks the session as lost, after the pending events. */
function markLost(): void {
  incoming.flush();
  dispatch({ type: "lost" });
}

/** Returns whether the session can continue; shows a problem if not. */
async function canContinue(mine: Run, opened: OpenedSession): Promise<boolean> {
  try {
    const open = await isOpen(opened);
    if (!open) finish(mine, PROBLEMS.gone);
    return open;
  } catch (error) {
    if (run === mine) dispatch({ type: "problem", problem: PROBLEMS.away });
    throw error;
  }
}

function onMessage(mine: Run, text: string): void {
  const event = readEvent(text);
  if (event === null || run !== mine) return;
  incoming.add(event);
  // The server notices missing media seconds before this browser does.
  if (event.type === "status" && event.state === "lost" && mine.session && mine.uplink) {
    void reconnectMedia(mine, mine.session);
  }
  if (event.type !== "end") return;
  switch (event.reason) {
    case "stopped":
    case "finished":
      return finish(mine, null);
    case "lost":
    case "interrupted":
      return finish(mine, PROBLEMS.gone);
    case "failed":
      return finish(mine, failed(event));
  }
}

function finish(mine: Run, problem: Problem | null): void {
  if (run !== mine) return;
  run = null;
  forgetRunning();
  incoming.flush();
  mine.cancel.abort();
  mine.unfollow();
  mine.uplink?.close();
  closeMedia();
  dispatch({ type: "ended" });
  dispatch({ type: "problem", problem });
}

function fail(mine: Run, error: unknown): void {
  if (run !== mine) return;
  const opened = mine.session;
  finish(mine, explain(error));
  if (opened !== null) void endSession(opened).catch(() => undefined);
}
