/** The mood in words: what it is, how sure, and why. Pure. */

import { isClear } from "../emotion/emotion";
import type { Alternative, MoodEvent } from "../server/wire";
import { emotionName, words } from "../words";
import { anyOf, percent } from "../words/format";

/** Sets of more emotions say no more than that the mood is not known. */
const MOST_NAMED = 3;

/** An opinion below this confidence is hardly more than chance, one in eight. */
const CHANCE = 0.2;

type Named = Pick<MoodEvent, "label" | "confidence"> & Partial<Pick<MoodEvent, "set">>;

/** Names a clear mood, else those that it may be. */
export function headlineOf(mood: Named): string {
  const { either, unsure } = words.value.mood;
  if (isClear(mood)) return emotionName(mood.label);
  return isNameable(mood.set) ? either(anyOf(mood.set)) : unsure;
}

/** Says how sure a mood is, and what else it may be. */
export function confidenceText(mood: Named): string {
  const { confident, closest, also } = words.value.mood;
  const sure = percent(mood.confidence);
  if (!isClear(mood)) return closest(emotionName(mood.label), sure);
  if (!isNameable(mood.set)) return confident(sure);
  const others = mood.set.filter((emotion) => emotion !== mood.label);
  return `${confident(sure)}, ${also(anyOf(others))}`;
}

/** Says what the mood would be without the voice or the face. */
export function reasonOf(left: "voice" | "face", { label, confidence }: Alternative): string {
  const { without, withoutBut } = words.value.mood;
  if (confidence < CHANCE) return withoutBut[left];
  return without[left](emotionName(label), percent(confidence));
}

/** Whether a set has several emotions, but few; sessions of older versions have no sets. */
function isNameable(set: MoodEvent["set"] | undefined): set is MoodEvent["set"] {
  return set !== undefined && set.length > 1 && set.length <= MOST_NAMED;
}
