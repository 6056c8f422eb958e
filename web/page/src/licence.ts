/** What licences allow, from most to least, in the server's words and in people's. */

export const LICENCE_CLASSES = ["publishable", "share_alike", "listening", "unknown"] as const;

export type LicenceClass = (typeof LICENCE_CLASSES)[number];

export const LICENCES: Readonly<Record<LicenceClass, string>> = {
  publishable: "May be published",
  share_alike: "Share-alike, GPL",
  listening: "Listening only (NC, ND)",
  unknown: "No licence known",
};
