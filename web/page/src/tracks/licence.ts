import type { LicenceClass } from "../server/wire";

/** Licence classes, most permissive first. */
export const LICENCE_CLASSES = [
  "publishable",
  "share_alike",
  "listening",
  "unknown",
] as const satisfies readonly LicenceClass[];
