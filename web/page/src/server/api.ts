/** Calls to the server, typed by its OpenAPI document. `errors.ts` has the errors they throw. */

import createClient from "openapi-fetch";

import type { Emotion } from "../emotion/emotion";
import { isNotFound, ServerError, UnreachableError } from "./errors";
import { serverToken, type Access } from "./tokens";
import type { paths } from "./wire.generated";
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

type Query<Path extends keyof paths> = paths[Path] extends {
  readonly get: { readonly parameters: { readonly query?: infer Q } };
}
  ? NonNullable<Q>
  : never;

export type TrackQuery = Query<"/api/tracks">;
export type DownloadQuery = Query<"/api/downloads/counts">;
export type ExportQuery = Query<"/api/sessions/{session_id}/export">;

const client = createClient<paths>({
  baseUrl: location.origin,
  fetch: (request) => fetch(request),
});

client.use({
  onError: () => new UnreachableError(),
  onResponse: async ({ request, response }) => {
    if (response.ok) return;
    throw new ServerError(
      response.status,
      await response.text().catch(() => ""),
      response.headers.get("Retry-After"),
      request.headers.has("Authorization"),
    );
  },
});

/** Returns the body of a response. */
async function dataOf<T>(call: Promise<{ data?: T }>): Promise<T> {
  const { data } = await call;
  if (data === undefined) throw new Error("the server sent an empty answer");
  return data;
}

function authorized(token: string | null = serverToken()): { headers?: Record<string, string> } {
  return token === null ? {} : { headers: { Authorization: `Bearer ${token}` } };
}

/** Returns the path parameter and the token of a call about a session. */
function sessionCall({ id, token }: Access) {
  return { params: { path: { session_id: id } }, ...authorized(token) };
}

export function openSession(request: SessionRequest): Promise<OpenedSession> {
  return dataOf(client.POST("/api/sessions", { body: request, ...authorized() }));
}

/** Sends an SDP offer and returns the SDP of the answer. */
export async function sendOffer(session: Access, sdp: string): Promise<string> {
  const body = { sdp, type: "offer" } as const;
  const call = client.POST("/api/sessions/{session_id}/offer", { body, ...sessionCall(session) });
  return (await dataOf(call)).sdp;
}

/** Ends a session and keeps what it logged. */
export async function endSession(session: Access): Promise<void> {
  await client.POST("/api/sessions/{session_id}/stop", sessionCall(session));
}

/** Ends a session after a grace period, unless the page returns. Works during unload. */
export async function leaveSession(session: Access): Promise<void> {
  await client.POST("/api/sessions/{session_id}/leave", {
    ...sessionCall(session),
    keepalive: true,
  });
}

/** Ends a session and deletes all of its data. */
export async function deleteSession(session: Access): Promise<void> {
  await client.DELETE("/api/sessions/{session_id}", sessionCall(session));
}

export function listSessions(limit: number, before: string | null): Promise<SessionPage> {
  const query = { limit, ...(before !== null && { before }) };
  return dataOf(client.GET("/api/sessions", { params: { query }, ...authorized() }));
}

export function showSession(session: Access): Promise<SessionInfo> {
  return dataOf(client.GET("/api/sessions/{session_id}", sessionCall(session)));
}

/** Returns whether a session still exists. */
export async function isOpen(session: Access): Promise<boolean> {
  try {
    await showSession(session);
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

export function renameSession(session: Access, title: string): Promise<SessionInfo> {
  const body = { title };
  return dataOf(client.PATCH("/api/sessions/{session_id}", { body, ...sessionCall(session) }));
}

export function readOverview(session: Access): Promise<Overview> {
  return dataOf(client.GET("/api/sessions/{session_id}/overview", sessionCall(session)));
}

/** Returns the events between two times, in session seconds. */
export function readTimeline(
  { id, token }: Access,
  since: number,
  until: number,
): Promise<SessionTimeline> {
  const params = { path: { session_id: id }, query: { since, until } };
  const path = "/api/sessions/{session_id}/timeline";
  return dataOf(client.GET(path, { params, ...authorized(token) }));
}

/** Changes how cues are chosen; the event stream brings the new list. */
export async function directCues(session: Access, asked: CueState): Promise<void> {
  await client.PATCH("/api/sessions/{session_id}/cues", { body: asked, ...sessionCall(session) });
}

/** Reports the track that plays, or null for none. */
export async function reportPlaying(session: Access, trackId: string | null): Promise<void> {
  const body = { track_id: trackId };
  const call = { body, ...sessionCall(session), keepalive: true };
  await client.PUT("/api/sessions/{session_id}/playing", call);
}

/** Sends feedback on a cue. Works during unload. */
export async function sendFeedback(session: Access, feedback: Feedback): Promise<void> {
  const call = { body: feedback, ...sessionCall(session), keepalive: true };
  await client.POST("/api/sessions/{session_id}/feedback", call);
}

/** Adds a note at a moment, in session seconds. */
export function addNote(session: Access, t: number, text: string): Promise<Note> {
  const body = { t, text };
  return dataOf(client.POST("/api/sessions/{session_id}/notes", { body, ...sessionCall(session) }));
}

export async function deleteNote({ id, token }: Access, note: number): Promise<void> {
  const params = { path: { session_id: id, note_id: note } };
  const path = "/api/sessions/{session_id}/notes/{note_id}";
  await client.DELETE(path, { params, ...authorized(token) });
}

/** Lists the audio inputs of the server. */
export async function listInputs(): Promise<readonly InputDevice[]> {
  return (await dataOf(client.GET("/api/devices", authorized()))).items;
}

export function listTracks(query: TrackQuery): Promise<TrackPage> {
  return dataOf(client.GET("/api/tracks", { params: { query } }));
}

export async function listSources(): Promise<readonly TrackSource[]> {
  return (await dataOf(client.GET("/api/tracks/sources"))).items;
}

/** Sets the mood of a track by hand, which overrides the estimate. */
export function setTrackMood(trackId: string, emotion: Emotion): Promise<Track> {
  const params = { path: { track_id: trackId } };
  const call = { params, body: { emotion }, ...authorized() };
  return dataOf(client.PUT("/api/tracks/{track_id}/mood", call));
}

/** Returns to the estimated mood of a track. */
export function resetTrackMood(trackId: string): Promise<Track> {
  const params = { path: { track_id: trackId } };
  return dataOf(client.DELETE("/api/tracks/{track_id}/mood", { params, ...authorized() }));
}

export function showLibrary(): Promise<Library> {
  return dataOf(client.GET("/api/library", authorized()));
}

/** Adds a folder on the server and scans it. */
export function addFolder(path: string): Promise<Library> {
  return dataOf(client.POST("/api/library/folders", { body: { path }, ...authorized() }));
}

/** Removes a folder from the library; its files stay where they are. */
export async function removeFolder(path: string): Promise<void> {
  await client.DELETE("/api/library/folders", { params: { query: { path } }, ...authorized() });
}

/** Scans all folders for new, changed and missing files. */
export function scanFolders(): Promise<Library> {
  return dataOf(client.POST("/api/library/scan", authorized()));
}

export function stopScan(): Promise<Library> {
  return dataOf(client.POST("/api/library/scan/stop", authorized()));
}

export async function listUnreadable(): Promise<readonly Unreadable[]> {
  return (await dataOf(client.GET("/api/library/unreadable", authorized()))).items;
}

export function listDownloads(
  selection: DownloadQuery,
  limit: number,
  before: number | null = null,
): Promise<DownloadPage> {
  const query = { ...selection, limit, ...(before !== null && { before }) };
  return dataOf(client.GET("/api/downloads", { params: { query }, ...authorized() }));
}

export function countDownloads(query: DownloadQuery): Promise<DownloadCounts> {
  return dataOf(client.GET("/api/downloads/counts", { params: { query }, ...authorized() }));
}

export function readTaste(): Promise<Taste> {
  return dataOf(client.GET("/api/taste", authorized()));
}

export async function resetTaste(): Promise<void> {
  await client.DELETE("/api/taste", authorized());
}

export function readAbout(): Promise<About> {
  return dataOf(client.GET("/api/about"));
}
