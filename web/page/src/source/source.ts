/** What a session listens to: what there is to choose from, and what was chosen last time. */

import { effect, signal } from "@preact/signals";

import { recall, remember } from "../browser/storage";
import type { SessionRequest } from "../server/wire";

/** The ways to bring sound and picture, as the chooser offers them. */
export const KINDS = ["camera", "screen", "file", "whip", "device", "url"] as const;

export type Kind = (typeof KINDS)[number];

export type Source =
  | { readonly kind: "camera" }
  | { readonly kind: "screen" }
  /** A file that the page plays and sends as it plays. */
  | { readonly kind: "playback"; readonly file: File }
  /** A file that the server gets as a whole. */
  | { readonly kind: "upload"; readonly file: File }
  | { readonly kind: "whip" }
  | ({ readonly kind: "device" } & InputSelection)
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "sample" };

/** A sound input of the server's machine. */
export interface InputSelection {
  /** Words in its name; "" for the system's default. */
  readonly device: string;
  /** Counted from 1; none for the first two. */
  readonly channels: readonly number[];
  /** Number of a camera beside it, or null for none. */
  readonly camera: number | null;
}

/** A device's id, "" for the browser's default, or null for none. */
export interface DeviceSelection {
  readonly camera: string | null;
  readonly microphone: string | null;
}

export interface Preferences {
  readonly kind: Kind;
  /** Whether consent was given; it holds for every source. */
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

/** The file that was chosen or dropped; a page cannot keep it from one visit to the next. */
export const file = signal<File | null>(null);

/** Takes a file to listen to. */
export function selectFile(given: File): void {
  file.value = given;
  updatePreferences({ kind: "file" });
}

export function updatePreferences(changed: Partial<Preferences>): void {
  preferences.value = { ...preferences.value, ...changed };
}

/** Takes up what was chosen before, and remembers what is chosen from now on. */
export function watchPreferences(): void {
  preferences.value = recall(KEY, isPreferences) ?? FIRST_VISIT;
  effect(() => remember(KEY, withoutSecrets(preferences.value)));
}

/** What may be remembered: an address with a password in it may not. */
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

/** Channels as people write them, `1, 2`; null where that is no list of numbers from 1. */
export function readChannels(text: string): readonly number[] | null {
  const parts = text.split(/[\s,]+/).filter((part) => part !== "");
  return parts.every((part) => /^[1-9]\d{0,2}$/.test(part)) ? parts.map(Number) : null;
}

/** What Start begins with; null where something is missing that it needs. */
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

/** Whether the page itself sends the sound and the picture. */
export function isSentByPage({ kind }: Source): boolean {
  return kind === "camera" || kind === "screen" || kind === "playback";
}

/** How a session with a source is asked for; an upload is asked for by sending it. */
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

/** An address without what may be secret in it: password and query. */
export function displayAddress(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return `${host}${pathname}`.slice(0, 200);
  } catch {
    return "";
  }
}
