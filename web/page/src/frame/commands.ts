/** The keyboard shortcuts. Pure. */

/** The command of each key. */
export const KEYS = {
  k: "play",
  j: "earlier",
  l: "later",
  ",": "back",
  ".": "forward",
  "-": "quieter",
  "+": "louder",
  h: "like",
  x: "skip",
  d: "download",
  c: "credit",
  m: "mode",
  n: "note",
  s: "session",
  "?": "help",
} as const;

export type Command = (typeof KEYS)[keyof typeof KEYS];

type Pressed = Pick<
  KeyboardEvent,
  "key" | "ctrlKey" | "metaKey" | "altKey" | "isComposing" | "defaultPrevented" | "target"
>;

/** Returns the command of a key press; null if there is none or the user is typing. */
export function commandOf(pressed: Pressed, on: boolean): Command | null {
  const { key, ctrlKey, metaKey, altKey, isComposing, defaultPrevented, target } = pressed;
  if (ctrlKey || metaKey || altKey || isComposing || defaultPrevented || takesText(target)) {
    return null;
  }
  const name = key.toLowerCase();
  if (!Object.hasOwn(KEYS, name)) return null;
  const command = KEYS[name as keyof typeof KEYS];
  return on || command === "help" ? command : null;
}

const TEXTLESS = "[type=radio],[type=checkbox],[type=range],[type=button],[type=submit]";

function takesText(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.matches(`input:not(${TEXTLESS}),textarea,select,[contenteditable]`)
  );
}
