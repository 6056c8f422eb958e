/** Addresses that the browser itself opens: it sends no header, so the token goes into the query. */

import type { DownloadQuery, ExportQuery } from "./api";
import { serverToken, type Access } from "./tokens";

type Parameters = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** The path of a session, or of a part of it. */
export function sessionPath(id: string, part = ""): string {
  return `/api/sessions/${encodeURIComponent(id)}${part}`;
}

/** Where encoders send to by WHIP. */
export function whipAddress(): string {
  return new URL("/api/whip", location.href).href;
}

/** The credits of the music of a session, as a text file. */
export function creditsAddress({ id, token }: Access): string {
  return address(sessionPath(id, "/credits"), {}, token);
}

/** A session as a file. */
export function exportAddress({ id, token }: Access, options: ExportQuery): string {
  return address(sessionPath(id, "/export"), options, token);
}

/** All downloads of a selection as a file. */
export function downloadsAddress(format: "csv" | "json", selection: DownloadQuery): string {
  return address("/api/downloads", { ...selection, format, limit: "all" }, serverToken());
}

function address(path: string, parameters: Parameters, token: string | null): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...parameters, token })) {
    if (value !== null && value !== undefined) query.set(name, String(value));
  }
  return `${path}?${query.toString()}`;
}
