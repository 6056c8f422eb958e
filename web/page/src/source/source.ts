/** The sources of a session, and the user's last choice. */

import { effect, signal } from "@preact/signals";

import { recall, remember } from "../browser/storage";
import type { SessionRequest } from "../server/wire";

/** The sources that the chooser offers. */
export const KINDS = ["camera", "screen", "file", "whip", "device", "url"] as const;

export type Kind = (typeof KINDS)[number];

export type Source =
  | { readonly kind: "camera" }
  | { readonly kind: "screen" }
  /** A file that is played in the page and sent as it plays. */
  | { readonly kind: "playback"; readonly file: File }
  /** A file that is uploaded as a whole. */
  | { readonly kind: "upload"; readonly file: File }
  | { readonly kind: "whip" }
  | ({ readonly kind: "device" } & InputSelection)
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "sample" };

/** An audio input of the server. */
export interface InputSelection {
  /** Part of its name; "" for the system default. */
  readonly device: string;
  /** Channel numbers from 1; empty for the first two. */
  readonly channels: readonly number[];
  /** Number of a camera, or null for none. */
  readonly camera: number | null;
}

/** Device ids; "" for the browser's default, null for none. */
export interface DeviceSelection {
  readonly camera: string | null;
  readonly microphone: string | null;
}

export interface Preferences {
  readonly kind: Kind;
  /** Whether consent was given, for all sources. */
  readonly agreed: boolean;
  readonly choice: DeviceSelection;
  readonly input: InputSelection;
  readonly url: string;
}

export const FIRST_VISIT: Preferences = {
  kind: "camera",
  agreed: false,
  choice: { camera: "", microphone: "" },
  input: { device: "", channels: [], camera: null },
  url: "",
};

const KEY = "moodcue-source";

export const preferences = signal<Preferences>(FIRST_VISIT);

/** The selected file; it can't be stored for the next visit. */
export const file = signal<File | null>(null);

/** Selects a file as the source. */
export function selectFile(given: File): void {
  file.value = given;
  updatePreferences({ kind: "file" });
}

export function updatePreferences(changed: Partial<Preferences>): void {
  preferences.value = { ...preferences.value, ...changed };
}

/** Restores the stored preferences, and stores every change. */
export function watchPreferences(): void {
  preferences.value = recall(KEY, isPreferences) ?? FIRST_VISIT;
  effect(() => remember(KEY, withoutSecrets(preferences.value)));
}

/** Removes an address that contains a password, which must not be stored. */
export function withoutSecrets(given: Preferences): Preferences {
  return /^\w+:\/\/[^/]*@/.test(given.url) ? { ...given, url: "" } : given;
}

export function isPreferences(value: unknown): value is Preferences {
  const { kind, agreed, choice, input, url } = fields(value);
  const { camera, microphone } = fields(choice);
  const { device, channels, camera: beside } = fields(input);
  return (
    KINDS.some((known) => known === kind) &&
    typeof agreed === "boolean" &&
    [camera, microphone].every((id) => id === null || typeof id === "string") &&
    typeof device === "string" &&
    Array.isArray(channels) &&
    channels.every((channel) => Number.isInteger(channel)) &&
    (beside === null || Number.isInteger(beside)) &&
    typeof url === "string"
  );
}

function fields(value: unknown): Partial<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? value : {};
}

/** Parses a list of channels such as `1, 2`; null if it is not valid. */
export function readChannels(text: string): readonly number[] | null {
  const parts = text.split(/[\s,]+/).filter((part) => part !== "");
  return parts.every((part) => /^[1-9]\d{0,2}$/.test(part)) ? parts.map(Number) : null;
}

/** Returns the source to start; null if it is incomplete. */
export function selectedSource(
  { kind, input, url }: Preferences,
  picked: File | null,
): Source | null {
  switch (kind) {
    case "camera":
    case "screen":
    case "whip":
      return { kind };
    case "file":
      return picked === null ? null : { kind: "playback", file: picked };
    case "device":
      return { kind, ...input };
    case "url":
      return /^(https?|rtsps?):\/\/[^/]/i.test(url.trim()) ? { kind, url: url.trim() } : null;
  }
}

/** Whether the page itself sends the media. */
export function isSentByPage({ kind }: Source): boolean {
  return kind === "camera" || kind === "screen" || kind === "playback";
}

/** Returns the request that opens a session. Uploads are opened by sending the file. */
export function sessionRequest(source: Exclude<Source, { kind: "upload" }>): SessionRequest {
  switch (source.kind) {
    case "camera":
    case "screen":
      return { source: "browser", consent: true };
    case "playback":
      return { source: "browser", consent: true, title: source.file.name.slice(0, 200) };
    case "whip":
      return { source: "whip", consent: true };
    case "device": {
      const { device, channels, camera } = source;
      const named = device === "" ? null : device;
      return { source: "device", consent: true, title: device, device: named, channels, camera };
    }
    case "url":
      return { source: "url", consent: true, title: displayAddress(source.url), url: source.url };
    case "sample":
      return { source: "file", sample: true, consent: true };
  }
}

/** Returns an address without password and query, which may be secret. */
export function displayAddress(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return `${host}${pathname}`.slice(0, 200);
  } catch {
    return "";
  }
}
