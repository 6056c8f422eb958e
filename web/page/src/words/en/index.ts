/** All text of the page in English; its type is that of every other language. */

import type { PageName } from "../../browser/router";
import type { LicenceClass } from "../../server/wire";
import { EMOTION_WORDS } from "../emotions";
import { FAILURES, UNREADABLE } from "../failures";
import { live } from "./live";
import { music } from "./music";
import { pages } from "./pages";
import { problems } from "./problems";

export const en = {
  name: "English",
  emotions: EMOTION_WORDS.en,
  failures: FAILURES.en,
  unreadable: UNREADABLE.en,
  pages: {
    live: "Live",
    history: "History",
    library: "Library",
    downloads: "Downloads",
    settings: "Settings",
  } satisfies Record<PageName, string>,
  licences: {
    publishable: "OK to publish",
    share_alike: "Share-alike or GPL",
    listening: "Private listening only (NC, ND)",
    unknown: "Unknown licence",
  } satisfies Record<LicenceClass, string>,
  /** Warnings before publishing a track. */
  warnings: {
    share_alike: "Share-alike: if you publish a work that uses this track, use the same licence.",
    listening:
      "Private listening only: the licence does not allow publishing a video with this track.",
    unknown: "Unknown licence: ask the owner before you publish a video with this track.",
  } satisfies Record<Exclude<LicenceClass, "publishable">, string>,
  common: {
    any: "Any",
    cancel: "Cancel",
    close: "Close",
    copy: "Copy",
    copied: "Copied",
    reveal: "Show",
    hide: "Hide",
    dismiss: "Dismiss",
    proceed: "Continue",
    nothing: "–",
    previous: "Previous",
    next: "Next",
    reset: "Reset",
  },
  frame: {
    pages: "Pages",
    phases: {
      idle: "Not running",
      opening: "Connecting…",
      waiting: "Waiting…",
      live: "Analysing",
      lost: "Reconnecting…",
      ended: "Ended",
    },
    stop: "Stop",
    startAgain: "Start again",
    help: "Help and shortcuts",
    estimates:
      "Moods are estimates of how someone sounds and looks, not of what they feel. They can be wrong. Do not use them to judge people.",
  },
  keys: {
    title: "Keyboard shortcuts",
    enabled: "Enable single-key shortcuts",
    hint: "Shortcuts are off while you type. “?” always opens this list.",
    commands: {
      play: "Play or pause",
      earlier: "Previous cue",
      later: "Next cue",
      back: "Back 5 seconds",
      forward: "Forward 5 seconds",
      quieter: "Volume down",
      louder: "Volume up",
      like: "Like cue",
      skip: "Skip cue",
      download: "Download cue",
      credit: "Copy credit",
      mode: "Next mode",
      note: "Add note",
      session: "Start or stop",
      help: "Show this list",
    },
  },
  disclosure: {
    what: "What is analysed",
    whatText: "The sound of the voice and the look of the face, once per second.",
    where: "Where the data goes",
    whereText: (host: string | null): string =>
      `${host === null ? "No data leaves this machine" : `Data goes only to the Moodcue server at ${host}`}, except that online tracks are streamed from the web. Stored until deleted: moods, positions of faces, cues, what you played, liked, skipped and downloaded, the title and your notes; never audio or video.`,
    can: "What an estimate means",
    canText:
      "How closely a voice resembles those of actors who played an emotion, and a face the pictures that people labelled with one. Of 10 voices of strangers, it names the acted emotion of about 5; of 10 faces, it sees in about 8 what most people saw. That is enough to choose music.",
    cannot: "What it can't tell",
    cannotText:
      "What someone feels can't be read reliably from a face or a voice. Expression differs between people, cultures and ages, and with illness; irony, a cold or a dark room can mislead the estimate. Never use it to judge, select or treat people.",
    law: "Legal limits",
    lawText:
      "In the EU, inferring emotions of people at work or in education is prohibited except for medical or safety reasons (AI Act, Art. 5(1)(f)). In all other cases, people must be informed (Art. 50(3)), and data protection law applies. Other countries have their own rules.",
  },
  upgrade: {
    what: "Moodcue was upgraded.",
    advice:
      "This page is out of date. Reload it to continue. A running session will end and can be started again.",
    reload: "Reload",
  },
  token: {
    label: "Token",
    hint: "Saved until you close this tab.",
  },
  ...live,
  ...pages,
  ...problems,
  music,
};

export type Words = typeof en;
