/** Settings of the cues, and actions on them. */

import { computed, effect, signal } from "@preact/signals";

import { directCues, sendFeedback } from "../server/api";
import { dispatch, type ResumedSession, resumed, session, state } from "../session/store";
import { recall, remember } from "../browser/storage";
import { queue } from "../player/player";
import { explain } from "../problem/problem";
import { isRunning } from "../session/phase";
import type { Cue, CueState, FeedbackRecord } from "../server/wire";

export const MODES = [
  "match",
  "contrast",
  "lift",
  "split",
] as const satisfies readonly CueState["mode"][];

/** The defaults of the server. */
export const DEFAULTS: CueState = {
  mode: "match",
  target: null,
  mood: null,
  filters: {
    licences: ["publishable"],
    tempo: [null, null],
    length: [null, null],
    instrumental: false,
    sources: null,
  },
  repeat_after: 600,
};

/** Fields that are left out do not change. */
export type Changes = Partial<Omit<CueState, "filters">> & {
  readonly filters?: Partial<CueState["filters"]>;
};

const KEY = "moodcue-cues";

/** Settings of this session, or of the next one. */
export const settings = signal(DEFAULTS);

/** Ids of tracks that were liked or skipped in this session. */
export const liked = signal<ReadonlySet<string>>(new Set());
export const skipped = signal<ReadonlySet<string>>(new Set());

/** The list as it was when the user started to interact with it; null while it updates live. */
export const frozen = signal<readonly Cue[] | null>(null);

export const shown = computed(() =>
  (frozen.value ?? state.value.cues).filter(({ track_id }) => !skipped.value.has(track_id)),
);

/** Whether there are newer cues than the frozen ones. */
export const hasNewer = computed(() => frozen.value !== null && frozen.value !== state.value.cues);

export function applyChanges(now: CueState, changes: Changes): CueState {
  const next = { ...now, ...changes, filters: { ...now.filters, ...changes.filters } };
  // Only the mode `lift` has a target, and it needs one.
  return { ...next, target: next.mode === "lift" ? (next.target ?? "happy") : null };
}

/** Counts the filters that differ from their defaults. */
export function activeFilters({ filters }: CueState): number {
  const names = Object.keys(filters) as (keyof CueState["filters"])[];
  return names.filter(
    (name) => JSON.stringify(filters[name]) !== JSON.stringify(DEFAULTS.filters[name]),
  ).length;
}

/** Changes the settings of this session and of later ones. */
export function changeSettings(changes: Changes): void {
  settings.value = applyChanges(settings.value, changes);
  // A mood set by hand is not kept for the next visit.
  remember(KEY, { ...settings.value, mood: null });
  if (session.value !== null && isRunning(state.value.phase)) send();
}

/** Requests are sent one after another, so that the last one wins. */
let sending: Promise<unknown> = Promise.resolve();

function send(): void {
  const asked = session.peek();
  if (asked === null) return;
  sending = sending
    .then(() => directCues(asked, settings.peek()))
    .then(() => (frozen.value = null))
    .catch((error: unknown) => dispatch({ type: "problem", problem: explain(error) }));
}

export function like(cue: Cue): void {
  liked.value = new Set([...liked.value, cue.track_id]);
  react(cue, "liked");
}

export function skip(cue: Cue): void {
  skipped.value = new Set([...skipped.value, cue.track_id]);
  react(cue, "skipped");
}

/** Returns the attributes of a link that downloads a cue. */
export function downloadLink({ download, offline }: Cue): {
  readonly href: string;
  readonly download?: string;
  readonly target?: string;
  readonly rel?: string;
} {
  // The server logs the download, and redirects to the web for an online track. Browsers ignore
  // `download` there and would leave the page, which ends the session: so a new tab.
  return offline
    ? { href: download, download: "" }
    : { href: download, target: "_blank", rel: "noreferrer" };
}

/** Downloads a cue as its link does. */
export function startDownload(cue: Cue): void {
  Object.assign(document.createElement("a"), downloadLink(cue)).click();
}

function react({ track_id }: Cue, action: "liked" | "skipped"): void {
  const to = session.peek();
  if (to === null) return;
  sendFeedback(to, { track_id, action, t: state.peek().t }).catch((error: unknown) =>
    dispatch({ type: "problem", problem: explain(error) }),
  );
}

/** Restores the settings of the last visit and sends them to each new session. */
export function watchCueing(): void {
  const kept = recall(KEY, isChanges);
  if (kept !== null) settings.value = applyChanges(DEFAULTS, kept);
  effect(() => {
    queue.value = shown.value.flatMap((cue) =>
      cue.audio === null ? [] : [{ ...cue, id: cue.track_id, audio: cue.audio }],
    );
  });
  effect(() => {
    if (session.value === null) return;
    frozen.value = null;
    const before = resumed.peek()?.info.id === session.value.id ? resumed.peek() : null;
    liked.value = tracksOf(before, "liked");
    skipped.value = tracksOf(before, "skipped");
    if (before !== null) settings.value = before.info.cues ?? DEFAULTS;
    else if (settings.peek() !== DEFAULTS) send();
  });
}

function tracksOf(
  before: ResumedSession | null,
  action: FeedbackRecord["action"],
): ReadonlySet<string> {
  const done = before?.overview.feedback.filter((each) => each.action === action) ?? [];
  return new Set(done.map(({ track_id }) => track_id));
}

/** The server validates the fields. */
function isChanges(value: unknown): value is Changes {
  return typeof value === "object" && value !== null && "filters" in value;
}
