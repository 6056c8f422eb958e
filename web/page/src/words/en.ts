/** All text of the page in English; the type that every other language has to meet. */

import type { Emotion } from "../emotion";
import type { LicenceClass } from "../licence";
import type { PageName } from "../router";
import type { Phase } from "../state";

const figure = (n: number): string => n.toLocaleString("en");

const counted = (n: number, one: string, many: string): string =>
  `${figure(n)} ${n === 1 ? one : many}`;

export const en = {
  name: "English",
  emotions: {
    neutral: "Neutral",
    calm: "Calm",
    happy: "Happy",
    sad: "Sad",
    angry: "Angry",
    fearful: "Fearful",
    disgust: "Disgusted",
    surprised: "Surprised",
  } satisfies Record<Emotion, string>,
  pages: {
    live: "Live",
    library: "Library",
    downloads: "Downloads",
  } satisfies Record<PageName, string>,
  licences: {
    publishable: "May be published",
    share_alike: "Share-alike, GPL",
    listening: "Listening only (NC, ND)",
    unknown: "No licence known",
  } satisfies Record<LicenceClass, string>,
  /** What to know before a track of such a licence is published. */
  warnings: {
    share_alike: "Share-alike: publish what you make with it under the same licence.",
    listening: "For listening only: its licence does not let you publish a video with it.",
    unknown: "No licence known: to publish a video with it you need its owner's permission.",
  } satisfies Record<Exclude<LicenceClass, "publishable">, string>,
  common: {
    any: "Any",
    cancel: "Cancel",
    close: "Close",
    dismiss: "Dismiss",
    goOn: "Go on",
    nothing: "–",
    previous: "Previous",
    next: "Next",
    reset: "Reset",
  },
  frame: {
    pages: "Pages",
    phases: {
      idle: "Nothing is analysed",
      opening: "Connecting…",
      waiting: "Waiting for sound and picture…",
      live: "Analysing",
      lost: "Reconnecting…",
      ended: "Ended",
    } satisfies Record<Phase, string>,
    stop: "Stop",
    startAgain: "Start again",
    estimates:
      "Moods are estimates and can be wrong: how someone seems to sound and look, not what they feel. They are not for judging people.",
  },
  welcome: {
    lead: "Music that fits the moment, while it happens.",
    about:
      "Moodcue listens to a voice, looks at a face, and suggests ten tracks that fit the mood it finds. You play, download and credit them; it keeps the log.",
    moods: "The eight moods it tells apart",
    before: "Before you start",
    what: "What is analysed",
    whatText: "How your voice sounds and how your face looks, once every second.",
    where: "Where it goes",
    whereText: (host: string | null): string =>
      `${host === null ? "Nothing leaves this machine" : `To the Moodcue server at ${host}, and no further`}, except when you play an online track: its sound comes from the web. Sound and pictures are never stored; moods and downloads are, as numbers.`,
    worth: "What it is worth",
    worthText:
      "Moods are estimates and can be wrong. Do not judge people by them: the EU AI Act limits the reading of emotions at work and in schools.",
    consent:
      "I agree that my voice and face are analysed, and so does everyone else who can be heard or seen.",
    start: "Start",
    sample: "Try it without a camera",
    sampleHint: "Without a camera, you see it work on a short clip that comes with it.",
  },
  devices: {
    camera: "Camera",
    microphone: "Microphone",
    defaultCamera: "Default camera",
    defaultMicrophone: "Default microphone",
    noCamera: "No camera",
    noMicrophone: "No microphone",
  },
  stage: {
    title: "Picture",
    sample: "A clip that comes with Moodcue, analysed just as a camera would be.",
    ownCamera: "Go on with your own camera",
    listening: "No camera: listening only.",
    allow: "Allow the camera and the microphone when the browser asks.",
    off: "Camera and microphone are off.",
    soundOn: "Sound on",
    soundOff: "Sound off",
    speaking: "speaking",
  },
  mood: {
    title: "Mood",
    none: "No mood",
    listening: "Listening…",
    unsure: "Not sure yet",
    first: "The first mood takes a few seconds.",
    confident: (percent: string): string => `${percent} confident`,
    closest: (emotion: string, percent: string): string =>
      `closest: ${emotion.toLowerCase()}, ${percent}`,
    voice: "Voice",
    face: "Face",
    counts: (percent: string): string => `counts ${percent}`,
    worth: "How much this reading counts",
    probabilities: "Probability of each mood",
    behind: (ms: number): string => `${ms} ms behind`,
    dropped: (n: number): string => `${n} dropped`,
    missed: (n: number): string => `${n} missed`,
    noMicrophone: "no microphone",
    noSpeech: "no speech",
    speechUnclear: "speech unclear",
    noCamera: "no camera",
    noFace: "no face",
    faceUnclear: "face too small or unclear",
  },
  timeline: {
    title: "Timeline",
    hint: "The whole session, second by second.",
    download: "▾ download",
    none: "No moods yet",
    summary: (length: string, changes: number, now: string): string =>
      `Moods over ${length}, ${counted(changes, "change", "changes")}, now ${now.toLowerCase()}`,
  },
  cues: {
    title: "Cues",
    none: "Tracks appear here as soon as there is a mood to fit.",
    because: {
      voice: (emotion: string): string => `because your voice sounds ${emotion.toLowerCase()}`,
      face: (emotion: string): string => `because your face looks ${emotion.toLowerCase()}`,
      mood: (emotion: string): string => `because your mood seems ${emotion.toLowerCase()}`,
    },
    fit: (percent: string): string => `${percent} fit`,
    download: "Download",
    downloadInTab: "Download, in a new tab",
    downloadOf: (title: string): string => `Download ${title}`,
  },
  track: {
    play: (title: string): string => `Play ${title}`,
    pause: (title: string): string => `Pause ${title}`,
    searchFor: (title: string): string => `Search for ${title}`,
    searchHint: "Its address is not known: search for it, in a new tab",
    bpm: (n: number): string => `${n} BPM`,
    offline: "offline",
    online: "online",
    copyCredit: "Copy credit",
    copied: "Copied",
  },
  player: {
    title: "Player",
    position: "Position",
    positionOf: (at: string, length: string): string => `${at} of ${length}`,
    close: "Close the player",
  },
  log: {
    title: "Downloads",
    live: "Live",
    away: "Not connected: trying again",
    none: "Nothing was downloaded yet",
    noneText:
      "Whenever a cue is downloaded in a session, a line is written here: which track, at what time and at which second of the session, in which mood, what the voice and the face said, and how high the track stood among the cues. It appears the moment it happens, counts into two pictures, and can be taken along as CSV or JSON.",
    start: "Start a session",
    noMatch: "No download meets these conditions.",
    words: "Title or artist",
    mood: "Mood",
    from: "From",
    to: "To",
    session: (id: string): string => `Session ${id}`,
    onlySession: (id: string): string => `Only session ${id}`,
    showAll: "Show all",
    list: "List of downloads",
    older: "Show older ones",
    whole: "The whole log",
    hint: "Each download is written down here with the mood of its moment.",
    columns: {
      time: "Time",
      at: "At",
      track: "Track",
      mood: "Mood",
      voice: "Voice",
      face: "Face",
      mode: "Mode",
      rank: "Rank",
      session: "Session",
    },
    downloads: (n: number): string => counted(n, "download", "downloads"),
    byMood: "By mood",
    overTime: "Over time",
    overTimeTable: "Downloads over time",
    asTable: "As a table",
    noMood: "None yet",
    daysFrom: (days: number, day: string): string => `${days} days from ${day}`,
    each: {
      minutes: (n: number): string => (n === 1 ? "each minute" : `every ${n} minutes`),
      hours: (n: number): string => (n === 1 ? "each hour" : `every ${n} hours`),
      days: (n: number): string =>
        `${n === 1 ? "each day" : n === 7 ? "each week" : `every ${n} days`}, UTC`,
    },
    empty: "No downloads",
    summary: (all: number, mood: string | null, most: number, when: string): string =>
      `${counted(all, "download", "downloads")}${mood === null ? "" : `, mostly ${mood.toLowerCase()}`}; the most, ${most}, at ${when}`,
  },
  library: {
    title: "Library",
    tracks: (n: number): string => counted(n, "track", "tracks"),
    list: "Tracks",
    none: "No track meets these conditions",
    noneText: "Use fewer words, a wider tempo or another mood.",
    noneLicence:
      "Only music of one kind of licence is listed: choose “Any” to see the rest as well.",
    showAll: "Show all that may be published",
    listPages: "Pages of the list",
    range: (first: number, last: number, total: number): string =>
      `${figure(first)}–${figure(last)} of ${figure(total)}`,
    words: "Title, artist, feel or instrument",
    mood: "Mood",
    slowest: "Slowest, BPM",
    fastest: "Fastest, BPM",
    licence: "Licence",
    source: "Source",
    sourceOf: (name: string, tracks: number): string => `${name} (${figure(tracks)})`,
    setByHand: "set by hand",
    missing: "file is gone",
    correct: "Correct",
    leave: "Leave it",
    correctOf: (title: string): string => `Correct the mood of ${title}`,
    soundsLike: (title: string): string => `What ${title} sounds like`,
  },
  plane: {
    title: "By valence and arousal",
    shown: (n: number, total: number): string => `${figure(n)} of ${figure(total)} shown`,
    click: "Click for the nearest",
    summary: (n: number): string =>
      `${counted(n, "track", "tracks")} by valence, to the right, and arousal, upwards`,
    valence: { low: "Unpleasant", high: "Pleasant", label: "Unpleasant to pleasant" },
    arousal: { low: "Quiet", high: "Lively", label: "Quiet to lively" },
    byTitle: "List by title again",
  },
  token: {
    label: "Token",
    hint: "It is kept in this tab until you close it.",
  },
  remedies: {
    retry: "Try again",
    "voice-only": "Voice only",
    "face-only": "Face only",
    sample: "Try the sample clip",
    "sign-in": "Enter token",
  },
  /** What happened, and what to do; some say what the server said about it. */
  problems: {
    insecure: {
      what: "This page may not use a camera or microphone here.",
      advice:
        "Browsers allow them only on https:// or on this machine itself. Open the page as http://localhost, or put the server behind HTTPS.",
    },
    denied: {
      what: "The browser did not allow the camera or the microphone.",
      advice:
        "Click the camera sign beside the address, allow them and try again. One of the two is enough.",
    },
    deniedCamera: {
      what: "The browser did not allow the camera.",
      advice:
        "Click the camera sign beside the address, allow it and try again, or go on with your voice alone.",
    },
    deniedMicrophone: {
      what: "The browser did not allow the microphone.",
      advice:
        "Click the camera sign beside the address, allow it and try again, or go on with your face alone.",
    },
    noCamera: {
      what: "No camera was found.",
      advice: "Connect one and try again, or go on with your voice alone.",
    },
    noMicrophone: {
      what: "No microphone was found.",
      advice: "Connect one and try again, or go on with your face alone.",
    },
    noDevices: {
      what: "Neither a camera nor a microphone was found.",
      advice: "Connect at least one and try again, or see it work on our own short clip.",
    },
    nothingChosen: {
      what: "Both the camera and the microphone are switched off.",
      advice: "Choose at least one of them, or see it work on our own short clip.",
    },
    busy: {
      what: "The camera or the microphone is in use.",
      advice: "Close other programs that use it (a call, a recorder) and try again.",
    },
    unplugged: {
      what: "The camera or the microphone stopped.",
      advice: "Check that it is connected, then try again. What was measured so far is kept.",
    },
    unreachable: {
      what: "The Moodcue server does not answer.",
      advice: "Check that “moodcue serve” is running and try again.",
    },
    noMedia: {
      what: "Camera and microphone could not be connected to the server.",
      advice:
        "The page reached the server, but sound and picture did not. A firewall or VPN between this browser and the server may block UDP.",
    },
    away: {
      what: "The Moodcue server does not answer.",
      advice:
        "This page keeps trying and goes on by itself. Check that “moodcue serve” is still running.",
    },
    gone: {
      what: "The server ended this session.",
      advice:
        "No sound or picture came for too long, or the server was restarted. What was measured stays here until you start again.",
    },
    failed: {
      what: "The server ended this session.",
      advice: (detail: string): string => detail,
    },
    token: {
      what: "This server asks for a token.",
      advice: "Enter the one that was set when the server was started.",
    },
    wrongToken: {
      what: "The server did not accept the token.",
      advice: "Enter the one that was set when the server was started.",
    },
    offline: {
      what: "This track could not be played.",
      advice:
        "It streams from the web, and the server it is on did not answer. Check the network, or pick a track marked “offline”.",
    },
    unplayable: {
      what: "This track could not be played.",
      advice: "The server did not send its sound. Pick another one.",
    },
    full: {
      what: "The server is full.",
      advice: (seconds: string): string =>
        `Every place is taken. Try again ${seconds === "" ? "in a moment" : `in ${seconds} seconds`}.`,
    },
    refused: {
      what: "The server refused.",
      advice: (detail: string): string => detail,
    },
    status: {
      what: "The server refused.",
      advice: (status: string): string => `It answered with status ${status}.`,
    },
    unexpected: {
      what: "Something unexpected happened.",
      advice: (detail: string): string => `${detail}. Try again; if it stays, please report it.`,
    },
  },
};

export type Words = typeof en;
