/** One session from Start to Stop: devices, server, events. Effects live here; state.ts is pure. */

import { signal } from "@preact/signals";

import {
  endSession,
  isOpen,
  listDownloads,
  openSession,
  sendOffer,
  serverToken,
} from "./api";
import { listDevices, openMedia, type Choice, type Devices, type Media } from "./media";
import { explain, failed, PROBLEMS, Trouble, type Problem, type Remedy } from "./problem";
import { backOff, follow, socketUrl } from "./socket";
import { INITIAL, MAX_DOWNLOADS, reduce, type Action, type Source } from "./state";
import { connect, type Uplink } from "./uplink";
import { readEvent, type Download, type OpenedSession, type SessionRequest } from "./wire";

export const state = signal(INITIAL);
export const choice = signal<Choice>({ camera: "", microphone: "" });
export const devices = signal<Devices>({ cameras: [], microphones: [] });
export const media = signal<Media | null>(null);
/** Whether each download arrives as it happens. */
export const following = signal(false);
/** The latest session, also after it ended; null before the first. */
export const session = signal<OpenedSession | null>(null);

export function dispatch(action: Action): void {
  state.value = reduce(state.value, action);
}

const REQUESTS: Readonly<Record<Source, SessionRequest>> = {
  browser: { source: "browser", consent: true },
  sample: { source: "file", sample: true, consent: true },
};

/** What is open at the moment; a new object for each start, so that late answers are recognised. */
interface Run {
  session: OpenedSession | null;
  uplink: Uplink | null;
  unfollow: () => void;
  /** Counts up with each change of devices or connection; only the latest may go on. */
  link: number;
}

let run: Run | null = null;

export async function start(source: Source): Promise<void> {
  stop();
  const mine: Run = { session: null, uplink: null, unfollow: () => undefined, link: 0 };
  run = mine;
  dispatch({ type: "opening", source });
  try {
    if (source === "browser") await openDevices(mine);
    if (run !== mine) return;
    const opened = await openSession(REQUESTS[source]);
    if (run !== mine) return void endSession(opened).catch(() => undefined);
    mine.session = opened;
    session.value = opened;
    mine.unfollow = follow({
      url: () => socketUrl(opened.links.events, opened.token, state.value.seq),
      message: (text) => onMessage(mine, text),
      open: () => dispatch({ type: "restored" }),
      lost: () => dispatch({ type: "lost" }),
      worthwhile: () => goesOn(mine, opened),
    });
    if (source === "browser") await link(mine, opened);
  } catch (error) {
    fail(mine, error);
  }
}

/** Ends what runs, here and on the server. */
export function stop(): void {
  if (run === null) return;
  const { session: opened } = run;
  finish(run, null);
  // The server ends a session without media by itself, so a lost goodbye does no harm.
  if (opened !== null) void endSession(opened).catch(() => undefined);
}

/** Chooses devices; a running session goes on with them. */
export function choose(next: Choice): void {
  choice.value = next;
  if (run?.session && state.value.source === "browser") void reopen(run, run.session);
}

/** Does what a problem's button offers. */
export function remedy(kind: Exclude<Remedy, "sign-in">): void {
  const { camera, microphone } = choice.value;
  if (kind === "voice-only") choice.value = { camera: null, microphone: microphone ?? "" };
  if (kind === "face-only") choice.value = { camera: camera ?? "", microphone: null };
  if (kind === "sample") void start("sample");
  else if (run?.session && state.value.source === "browser") void reopen(run, run.session);
  else void start(kind === "retry" ? state.value.source : "browser");
}

/** Keeps the download log up to date for as long as the page is open. */
export function watchDownloads(): void {
  const load = async (): Promise<void> => {
    const { items } = await listDownloads(new URLSearchParams(), MAX_DOWNLOADS);
    dispatch({ type: "downloads", items });
  };
  follow({
    url: () => socketUrl("/api/downloads/live", serverToken()),
    // The stream holds new rows alone: what came before it, or while it was away, is fetched.
    open: () => {
      following.value = true;
      void load().catch(() => undefined);
    },
    lost: () => (following.value = false),
    message: (text) => dispatch({ type: "downloads", items: [JSON.parse(text) as Download] }),
  });
}

async function openDevices(mine: Run): Promise<void> {
  media.value?.close();
  media.value = null;
  const opened = await openMedia(choice.value, () => {
    if (run === mine) dispatch({ type: "problem", problem: PROBLEMS.unplugged });
  });
  if (run !== mine) return opened.close();
  media.value = opened;
  devices.value = await listDevices();
}

async function reopen(mine: Run, opened: OpenedSession): Promise<void> {
  mine.link += 1;
  mine.uplink?.close();
  mine.uplink = null;
  dispatch({ type: "problem", problem: null });
  try {
    await openDevices(mine);
    if (run === mine) await link(mine, opened);
  } catch (error) {
    // The session stays open: another choice of devices may work.
    if (run === mine) dispatch({ type: "problem", problem: explain(error) });
  }
}

/** Brings the media to the server; offers again to the same session whenever the way breaks. */
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
      if (current()) void relink(mine, opened);
    },
  );
  if (current()) mine.uplink = uplink;
  else uplink.close();
}

async function relink(mine: Run, opened: OpenedSession): Promise<void> {
  dispatch({ type: "lost" });
  mine.uplink?.close();
  mine.uplink = null;
  const number = ++mine.link;
  for (let attempt = 0; run === mine && mine.link === number; attempt++) {
    try {
      await link(mine, opened);
      return;
    } catch (error) {
      if (error instanceof Trouble && error.problem === PROBLEMS.gone) {
        finish(mine, PROBLEMS.gone);
        return;
      }
      mine.link = number;
      await new Promise((resolve) => setTimeout(resolve, backOff(attempt) * 1000));
    }
  }
}

/** Whether the session can go on; says so where it cannot, or where the server does not answer. */
async function goesOn(mine: Run, opened: OpenedSession): Promise<boolean> {
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
  dispatch({ type: "event", event });
  // The server misses the media seconds before this browser does.
  if (event.type === "status" && event.state === "lost" && mine.session && mine.uplink) {
    void relink(mine, mine.session);
  }
  if (event.type !== "end") return;
  switch (event.reason) {
    case "stopped":
    case "finished":
      return finish(mine, null);
    case "lost":
      return finish(mine, PROBLEMS.gone);
    case "failed":
      return finish(mine, failed(event.detail));
  }
}

function finish(mine: Run, problem: Problem | null): void {
  if (run !== mine) return;
  run = null;
  mine.unfollow();
  mine.uplink?.close();
  media.value?.close();
  media.value = null;
  dispatch({ type: "ended" });
  dispatch({ type: "problem", problem });
}

function fail(mine: Run, error: unknown): void {
  if (run !== mine) return;
  const opened = mine.session;
  finish(mine, explain(error));
  if (opened !== null) void endSession(opened).catch(() => undefined);
}
