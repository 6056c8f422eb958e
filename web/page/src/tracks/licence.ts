/** What licences allow, from most to least, in the server's words. */

export const LICENCE_CLASSES = ["publishable", "share_alike", "listening", "unknown"] as const;

export type LicenceClass = (typeof LICENCE_CLASSES)[number];
