/** Uploads a recording, by XMLHttpRequest because fetch reports no upload progress. */

import { ServerError } from "../server/errors";
import { serverToken } from "../server/tokens";
import { PROBLEMS, ProblemError } from "../problem/problem";
import type { OpenedSession } from "../server/wire";

/**
 * Uploads a file and returns the session that analyses it. Calls `sent` with the progress, from 0
 * to 1. Throws a ProblemError if the upload fails, a ServerError if the server refuses it, and an
 * AbortError if it is cancelled.
 */
export function upload(
  file: File,
  sent: (share: number) => void,
  signal: AbortSignal,
): Promise<OpenedSession> {
  const query = new URLSearchParams({ consent: "true", name: file.name.slice(0, 200) });
  const request = new XMLHttpRequest();
  request.open("POST", `/api/analyses?${query.toString()}`);
  request.setRequestHeader("Content-Type", "application/octet-stream");
  const token = serverToken();
  if (token !== null) request.setRequestHeader("Authorization", `Bearer ${token}`);
  signal.addEventListener("abort", () => request.abort());
  return new Promise((resolve, reject) => {
    request.upload.addEventListener("progress", ({ loaded, total }) =>
      sent(total === 0 ? 1 : loaded / total),
    );
    request.addEventListener("error", () => reject(new ProblemError(PROBLEMS.cut)));
    request.addEventListener("abort", () => reject(new DOMException("cancelled", "AbortError")));
    request.addEventListener("load", () => {
      if (request.status === 201) resolve(JSON.parse(request.responseText) as OpenedSession);
      else if (request.status === 413) reject(new ProblemError(PROBLEMS.tooLarge));
      else {
        const { status, responseText } = request;
        const retryAfter = request.getResponseHeader("Retry-After");
        reject(new ServerError(status, responseText, retryAfter, token !== null));
      }
    });
    request.send(file);
  });
}
