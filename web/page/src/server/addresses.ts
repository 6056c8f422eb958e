/** Addresses for links and downloads, which send no headers: the token is in the query. */

import type { DownloadQuery, ExportQuery } from "./api";
import { serverToken, type Access } from "./tokens";

type Parameters = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Returns the path of a session or of one of its resources. */
export function sessionPath(id: string, part = ""): string {
  return `/api/sessions/${encodeURIComponent(id)}${part}`;
}

/** Returns the address that WHIP encoders send to. */
export function whipAddress(): string {
  return new URL("/api/whip", location.href).href;
}

/** Returns the address of the credits of a session, a text file. */
export function creditsAddress({ id, token }: Access): string {
  return address(sessionPath(id, "/credits"), {}, token);
}

/** Returns the address of a session's export. */
export function exportAddress({ id, token }: Access, options: ExportQuery): string {
  return address(sessionPath(id, "/export"), options, token);
}

/** Returns the address of an export of the download log. */
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
