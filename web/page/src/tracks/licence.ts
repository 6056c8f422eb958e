import type { LicenceClass } from "../server/wire";

/** What licences allow, from most to least. */
export const LICENCE_CLASSES = [
  "publishable",
  "share_alike",
  "listening",
  "unknown",
] as const satisfies readonly LicenceClass[];
