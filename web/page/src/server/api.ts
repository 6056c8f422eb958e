/** Calls to the server. They fail with a ServerError or an UnreachableError. */

import type { Emotion } from "../emotion/emotion";
import { isNotFound, ServerError, UnreachableError } from "./errors";
import { serverToken, type Access } from "./tokens";
import type {
  About,
  CueState,
  DownloadCounts,
  DownloadPage,
  Feedback,
  InputDevice,
  Library,
  Note,
  OpenedSession,
  Overview,
  SessionInfo,
  SessionPage,
  SessionRequest,
  SessionTimeline,
  Taste,
  Track,
  TrackPage,
  TrackSource,
  Unreadable,
} from "./wire";

async function call(path: string, token: string | null, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (token !== null) headers.set("Authorization", `Bearer ${token}`);
  if (typeof init.body === "string") headers.set("Content-Type", "application/json");
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers });
  } catch {
    throw new UnreachableError();
  }
  if (response.ok) return response;
  throw new ServerError(
    response.status,
    await response.text().catch(() => ""),
    response.headers.get("Retry-After"),
    token !== null,
  );
}

export async function openSession(request: SessionRequest): Promise<OpenedSession> {
  const init = { method: "POST", body: JSON.stringify(request) };
  const response = await call("/api/sessions", serverToken(), init);
  return (await response.json()) as OpenedSession;
}

/** Sends an SDP offer and returns the SDP of the answer. */
export async function sendOffer(session: OpenedSession, sdp: string): Promise<string> {
  const init = { method: "POST", body: JSON.stringify({ sdp, type: "offer" }) };
  const response = await call(session.links.offer, session.token, init);
  return ((await response.json()) as { sdp: string }).sdp;
}

/** Ends a session and keeps what it logged. */
export async function endSession(session: OpenedSession): Promise<void> {
  await call(session.links.stop, session.token, { method: "POST" });
}

/** Ends a session soon, unless this page is back by then; works while the page is being closed. */
export async function leaveSession(session: OpenedSession): Promise<void> {
  await call(session.links.leave, session.token, { method: "POST", keepalive: true });
}

/** Ends a session and deletes everything of it, its downloads in the log too. */
export async function deleteSession({ id, token }: Access): Promise<void> {
  await call(pathOf(id), token, { method: "DELETE" });
}

/** The sound inputs of the server's machine. */
export async function listInputs(): Promise<readonly InputDevice[]> {
  const response = await call("/api/devices", serverToken());
  return ((await response.json()) as { items: readonly InputDevice[] }).items;
}

/** Whether the session still exists; throws where the server does not answer. */
export async function isOpen(session: OpenedSession): Promise<boolean> {
  try {
    await call(session.links.self, session.token);
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

/** Asks something of a session's cues; the event stream brings the list that answers it. */
export async function directCues({ links, token }: OpenedSession, asked: CueState): Promise<void> {
  await call(`${links.self}/cues`, token, { method: "PATCH", body: JSON.stringify(asked) });
}

/** Tells what plays now, for the overlay and the log; null where nothing does. */
export async function tellPlaying(
  { links, token }: OpenedSession,
  trackId: string | null,
): Promise<void> {
  const init = { method: "PUT", body: JSON.stringify({ track_id: trackId }), keepalive: true };
  await call(links.playing, token, init);
}

/** Where the browser fetches the credits of a session's music; links cannot send a header. */
export function creditsAddress({ links, token }: OpenedSession): string {
  return `${links.self}/credits?${new URLSearchParams({ token }).toString()}`;
}

/** Tells what was done with a cue; also works while the page is being closed. */
export async function sendFeedback(session: OpenedSession, given: Feedback): Promise<void> {
  const init = { method: "POST", body: JSON.stringify(given), keepalive: true };
  await call(session.links.feedback, session.token, init);
}

function pathOf(id: string, part = ""): string {
  return `/api/sessions/${encodeURIComponent(id)}${part}`;
}

export async function listSessions(limit: number, before: string | null): Promise<SessionPage> {
  const query = new URLSearchParams({ limit: String(limit) });
  if (before !== null) query.set("before", before);
  const response = await call(`/api/sessions?${query.toString()}`, serverToken());
  return (await response.json()) as SessionPage;
}

export async function showSession({ id, token }: Access): Promise<SessionInfo> {
  return (await (await call(pathOf(id), token)).json()) as SessionInfo;
}

export async function readOverview({ id, token }: Access): Promise<Overview> {
  return (await (await call(pathOf(id, "/overview"), token)).json()) as Overview;
}

/** A part of a session exactly, in seconds. */
export async function readTimeline(
  { id, token }: Access,
  since: number,
  until: number,
): Promise<SessionTimeline> {
  const part = pathOf(id, `/timeline?since=${since}&until=${until}`);
  return (await (await call(part, token)).json()) as SessionTimeline;
}

export async function renameSession({ id, token }: Access, title: string): Promise<SessionInfo> {
  const init = { method: "PATCH", body: JSON.stringify({ title }) };
  return (await (await call(pathOf(id), token, init)).json()) as SessionInfo;
}

/** Writes down what happens at a moment, in seconds since the session began. */
export async function addNote({ id, token }: Access, t: number, text: string): Promise<Note> {
  const init = { method: "POST", body: JSON.stringify({ t, text }) };
  return (await (await call(pathOf(id, "/notes"), token, init)).json()) as Note;
}

export async function deleteNote({ id, token }: Access, note: number): Promise<void> {
  await call(pathOf(id, `/notes/${note}`), token, { method: "DELETE" });
}

/** Where the browser fetches a session as a file; links cannot send a header. */
export function sessionExport({ id, token }: Access, options: URLSearchParams): string {
  const query = new URLSearchParams(options);
  if (token !== null) query.set("token", token);
  return `${pathOf(id, "/export")}?${query.toString()}`;
}

export async function listDownloads(
  query: URLSearchParams,
  limit: number,
  before: number | null = null,
): Promise<DownloadPage> {
  const asked = new URLSearchParams(query);
  asked.set("limit", String(limit));
  if (before !== null) asked.set("before", String(before));
  const response = await call(`/api/downloads?${asked.toString()}`, serverToken());
  return (await response.json()) as DownloadPage;
}

export async function countDownloads(query: URLSearchParams): Promise<DownloadCounts> {
  const response = await call(`/api/downloads/counts?${query.toString()}`, serverToken());
  return (await response.json()) as DownloadCounts;
}

/** Where the browser fetches all of a selection as a file; links cannot send a header. */
export function exportAddress(format: "csv" | "json", query: URLSearchParams): string {
  const asked = new URLSearchParams(query);
  asked.set("format", format);
  asked.set("limit", "all");
  const token = serverToken();
  if (token !== null) asked.set("token", token);
  return `/api/downloads?${asked.toString()}`;
}

export async function listTracks(
  query: URLSearchParams,
  limit: number,
  offset: number,
): Promise<TrackPage> {
  const asked = new URLSearchParams(query);
  asked.set("limit", String(limit));
  asked.set("offset", String(offset));
  return (await (await call(`/api/tracks?${asked.toString()}`, null)).json()) as TrackPage;
}

export async function listSources(): Promise<readonly TrackSource[]> {
  const response = await call("/api/tracks/sources", null);
  return ((await response.json()) as { items: readonly TrackSource[] }).items;
}

/** Sets the mood of a track for good; no estimate changes it any more. */
export async function correctMood(trackId: string, emotion: Emotion): Promise<Track> {
  const init = { method: "PUT", body: JSON.stringify({ emotion }) };
  const response = await call(`/api/tracks/${trackId}/mood`, serverToken(), init);
  return (await response.json()) as Track;
}

/** Lets the estimate of a track's mood count again. */
export async function uncorrectMood(trackId: string): Promise<Track> {
  const response = await call(`/api/tracks/${trackId}/mood`, serverToken(), { method: "DELETE" });
  return (await response.json()) as Track;
}

export function showLibrary(): Promise<Library> {
  return library("", {});
}

/** Adds a folder of the server's machine and scans it. */
export function addFolder(path: string): Promise<Library> {
  return library("/folders", { method: "POST", body: JSON.stringify({ path }) });
}

/** Forgets a folder; its files stay where they are. */
export async function removeFolder(path: string): Promise<void> {
  const query = new URLSearchParams({ path });
  await call(`/api/library/folders?${query.toString()}`, serverToken(), { method: "DELETE" });
}

/** Scans all folders for what is new, has changed or has gone. */
export function scanFolders(): Promise<Library> {
  return library("/scan", { method: "POST" });
}

export function stopScan(): Promise<Library> {
  return library("/scan/stop", { method: "POST" });
}

export async function listUnreadable(): Promise<readonly Unreadable[]> {
  const response = await call("/api/library/unreadable", serverToken());
  return ((await response.json()) as { items: readonly Unreadable[] }).items;
}

async function library(path: string, init: RequestInit): Promise<Library> {
  return (await (await call(`/api/library${path}`, serverToken(), init)).json()) as Library;
}

export async function readTaste(): Promise<Taste> {
  return (await (await call("/api/taste", serverToken())).json()) as Taste;
}

/** Forgets what was learned, for good. */
export async function resetTaste(): Promise<void> {
  await call("/api/taste", serverToken(), { method: "DELETE" });
}

/** What the server says of itself. */
export async function readAbout(): Promise<About> {
  return (await (await call("/api/about", null)).json()) as About;
}
