/** All text of the page in English; the type that every other language has to meet. */

import type { PageName } from "../browser/router";
import type { CueState, Library, LicenceClass, Opinion } from "../server/wire";
import type { Theme } from "../browser/theme";
import { EMOTION_WORDS } from "./emotions";
import { FAILURES, UNREADABLE } from "./failures";

type Mode = CueState["mode"];
type Doubt = NonNullable<Opinion["doubt"]>;
type ScanState = NonNullable<Library["scan"]>["state"];

const figure = (n: number): string => n.toLocaleString("en");

const counted = (n: number, one: string, many: string): string =>
  `${figure(n)} ${n === 1 ? one : many}`;

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
    copy: "Copy",
    copied: "Copied",
    reveal: "Show",
    hide: "Hide",
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
      waiting: "Waiting…",
      live: "Analysing",
      lost: "Reconnecting…",
      ended: "Ended",
    },
    stop: "Stop",
    startAgain: "Start again",
    help: "Keyboard and help",
    estimates:
      "Moods are estimates and can be wrong: how someone seems to sound and look, not what they feel. They are not for judging people.",
  },
  welcome: {
    lead: "Music that fits the moment, while it happens.",
    about:
      "Moodcue listens to a voice, looks at a face, and suggests ten tracks that fit the mood it finds. You play, download and credit them; it keeps the log.",
    moods: "The eight moods it tells apart",
    before: "Before you start",
    consent:
      "I agree that my voice and face are analysed, and so does everyone else who can be heard or seen.",
    sample: "Try it without a camera",
    sampleHint: "Without a camera, you see it work on a short clip that comes with it.",
  },
  chooser: {
    title: "What shall it listen to?",
    kinds: {
      camera: { name: "Camera", about: "and microphone" },
      screen: { name: "Screen", about: "a tab or window" },
      file: { name: "File", about: "video or sound" },
      encoder: { name: "OBS", about: "or an encoder" },
      studio: { name: "Studio", about: "sound interface" },
      address: { name: "Address", about: "stream or page" },
    },
    start: {
      camera: "Start",
      screen: "Choose what to share",
      file: "Play it here",
      encoder: "Get address and token",
      studio: "Start",
      address: "Start",
    },
    look: "Check picture and level",
    unlook: "Close the check",
    looking: "Only you see and hear this: nothing is sent yet.",
    screen:
      "Share a tab to have its sound read as well: tick “Also share tab audio” in what the browser opens. You go on hearing it.",
    drop: "Drop a video or a sound file here, or choose one",
    another: "Choose another file",
    upload: "Upload it",
    ways: "“Play it here” shows it to you while its voices and faces are read. “Upload it” is faster than it plays, and takes more kinds of files.",
    encoder:
      "You get an address and a token to paste into OBS (version 30 or later: Settings, Stream, Service WHIP) or another WHIP encoder. The session begins when it sends.",
    device: "Sound input of the server's machine",
    defaultDevice: "Default input",
    inputs: (channels: number, rate: number): string =>
      `${channels} ch, ${(rate / 1000).toLocaleString("en")} kHz`,
    noInputs: "This machine has no sound input. Connect one and look again.",
    searching: "Looking for sound inputs…",
    searchAgain: "Look again",
    channels: "Channels",
    channelsHint: "For example 1, 2. Empty: the first two.",
    beside: "Camera beside it",
    besideNone: "No camera",
    besideNumber: (n: number): string => `Camera ${n}`,
    url: "Address",
    urlHint: "A video or sound file, HLS, RTSP, or a page such as a live stream's.",
  },
  level: {
    title: "Level",
    decibels: (db: number): string => (db <= -90 ? "silence" : `${Math.round(db)} dB`),
    clipped: "Too loud",
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
    another: "Choose another source",
    erase: "Delete session",
    eraseTitle: "Delete this session?",
    eraseText:
      "It ends, and all that is kept of it is deleted: moods, cues and its rows in the log of downloads. This cannot be undone.",
    soundOnly: "There is no picture: only voices are read.",
    remote: "Only the server has this picture. Faces are outlined where it finds them.",
    remoteWaiting: {
      encoder: "Waiting for the encoder to send…",
      studio: "Opening the sound input…",
      address: "Opening the address…",
      upload: "Waiting for the first picture…",
    },
    encoder: {
      title: "Paste this into your encoder",
      steps:
        "In OBS, open Settings, Stream, choose the service WHIP, paste both and start streaming.",
      address: "Server",
      token: "Bearer token",
    },
    uploading: (percent: string): string => `Uploading: ${percent}`,
    analysed: (at: string, length: string): string => `Analysed: ${at} of ${length}`,
    analysedSoFar: (at: string): string => `Analysed: ${at}`,
    megabytes: (n: number): string => `${n.toLocaleString("en")} MB`,
    withSound: "with sound",
    withoutSound: "without sound",
    channels: (list: string): string => `channels ${list}`,
    play: "Play",
    pause: "Pause",
    position: "Position in the file",
    /** In the place of a picture that the page itself sends: before there is one, and after. */
    own: {
      camera: {
        opening: "Allow the camera and the microphone when the browser asks.",
        over: "Camera and microphone are off.",
      },
      screen: { opening: "Choose in what the browser opens.", over: "Nothing is shared any more." },
      playback: { opening: "Opening the file…", over: "The file has been played." },
    },
    nothing: "Nothing was seen.",
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
    noSound: "no sound",
    noPicture: "no picture",
    fused: "Mood",
    now: (emotion: string): string => `Mood: ${emotion.toLowerCase()}`,
    /** What makes a voice or a face worth little. */
    doubts: {
      no_speech: "no speech",
      little_speech: "little speech",
      quiet: "too quiet",
      clipped: "too loud",
      no_face: "no face",
      small: "face too small",
      blurred: "face blurred",
      dark: "too dark",
      turned: "face turned away",
    } satisfies Record<Doubt, string>,
  },
  timeline: {
    title: "Timeline",
    none: "No moods yet",
    lanes: { mood: "Mood", voice: "Voice", face: "Face", music: "Music" },
    marks: { cues: "New cues", download: "Download", note: "Note" },
    time: "Time",
    latest: "The latest moment. Arrow keys go back in time, plus and minus zoom.",
    zoom: "Zoom",
    closer: "Closer",
    further: "Further",
    earlier: "Earlier",
    later: "Later",
    whole: "Whole session",
    how: "Click into it, then turn the wheel to zoom and drag to move; or pinch. By keyboard: + and −, arrows, 0.",
    summary: (length: string, changes: number, now: string): string =>
      `Moods over ${length}, ${counted(changes, "change", "changes")}, now ${now.toLowerCase()}`,
  },
  cues: {
    title: "Cues",
    none: "Tracks appear here as soon as there is a mood to fit.",
    because: {
      voice: (emotion: string): string => `your voice sounds ${emotion.toLowerCase()}`,
      face: (emotion: string): string => `your face looks ${emotion.toLowerCase()}`,
      mood: (emotion: string): string => `your mood seems ${emotion.toLowerCase()}`,
    },
    unsure: "no mood is sure yet",
    /** Where the music is not for the mood that was found. */
    instead: {
      byHand: (emotion: string): string => `${emotion.toLowerCase()}, as set by hand`,
      contrast: (emotion: string): string => `${emotion.toLowerCase()}, in contrast`,
      lift: (emotion: string): string => `${emotion.toLowerCase()}, on the way`,
    },
    fit: (percent: string): string => `${percent} fit`,
    /** What was learned: the music that was chosen, and in which mood; null where it is not known. */
    learned: (music: readonly string[], mood: string | null): string =>
      `chosen before${mood === null ? "" : ` in ${mood.toLowerCase()} moments`}: ${music.join(", ").toLowerCase()}`,
    chance: (percent: string): string =>
      `${percent} chance to be listed, at the moment it was drawn`,
    like: (title: string): string => `Like ${title}`,
    liked: (title: string): string => `Liked: ${title}`,
    skip: (title: string): string => `Skip ${title}`,
    skipped: (title: string): string => `Skipped: ${title}`,
    newer: "Show newer cues",
    all: "Show all cues",
    mode: "How music answers the mood",
    modes: {
      match: "Match",
      contrast: "Contrast",
      lift: "Lift",
      split: "Voice & face",
    } satisfies Record<Mode, string>,
    modeHints: {
      match: "Music for the mood as it is.",
      contrast: "Music for the opposite mood.",
      lift: "Starts at the present mood and leads, step by step, to another.",
      split: "Five for what the voice says, five for what the face says.",
    } satisfies Record<Mode, string>,
    target: "Lead to",
    byHand: "Mood",
    sensed: "As sensed",
    handSet: (emotion: string): string => `Set by hand: ${emotion.toLowerCase()}`,
    release: "Release",
    filters: "Filters",
    narrowed: (n: number): string => `${n} set`,
    licences: "Licences",
    tempo: "Tempo, BPM",
    length: "Length, minutes",
    least: "at least",
    most: "at most",
    instrumental: "Without singing",
    sources: "Sources",
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
    copiedCredit: (title: string): string => `Copied the credit of ${title}`,
  },
  player: {
    title: "Player",
    position: "Position",
    positionOf: (at: string, length: string): string => `${at} of ${length}`,
    close: "Close the player",
    earlier: "Previous cue",
    later: "Next cue",
    volume: "Volume",
    more: "Volume, loop and fade",
    loop: "Loop",
    fade: (seconds: number): string => (seconds === 0 ? "No fade" : `Fade ${seconds} s`),
    fadeHint: "How long it fades in and out",
    duck: "Quieter while someone speaks",
    ducked: "Quieter: someone speaks",
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
    credits: "Credits",
    creditsHint: "The credit lines of all music of this session, as a text file",
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
    count: "Downloads",
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
    uncorrect: "Back to the estimate",
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
    nowhere: "Valence to the right, arousal upwards; no mood yet",
    place: (valence: string, arousal: string): string =>
      `The mood on the plane: valence ${valence}, arousal ${arousal}, each from −1 to 1`,
  },
  notes: {
    title: "Notes",
    at: (time: string): string => `Note at ${time}`,
    add: "Add note",
    none: "Press N to write down what happens at a moment.",
    goTo: (time: string): string => `Go to ${time}`,
    remove: (text: string): string => `Delete the note “${text}”`,
  },
  history: {
    title: "History",
    none: "No session was kept yet",
    noneText:
      "Each session stays here when it has ended, as numbers: its moods, cues, downloads and notes, but no sound and no picture. You can go through it again moment by moment, lay several below each other, and take it to the cutting room as markers.",
    start: "Start a session",
    sources: {
      browser: "Browser",
      device: "Studio feed",
      file: "File",
      url: "Address",
      whip: "Encoder (WHIP)",
    },
    untitled: (source: string, when: string): string => `${source}, ${when}`,
    lasted: (length: string): string => `Length ${length}`,
    running: "Running",
    mostly: (moods: string): string => `Mostly ${moods.toLowerCase()}`,
    noMoods: "No mood was found",
    again: "Go through it again",
    replay: "Replay",
    rename: (title: string): string => `Rename ${title}`,
    name: "Title",
    save: "Save",
    remove: "Delete",
    removeOf: (title: string): string => `Delete ${title}`,
    sure: (title: string): string => `Delete “${title}”?`,
    sureText:
      "Everything of this session goes: its moods, cues, notes and its downloads in the log. There is no way back.",
    select: (title: string): string => `Compare ${title}`,
    compare: (n: number): string =>
      n < 2 ? "Tick two or more to compare" : `Compare ${figure(n)} sessions`,
    comparison: "Comparison",
    older: "Show older ones",
    all: "All sessions",
    shares: "Share of each mood",
    locked: "Opened in another browser",
    lockedText:
      "Only the browser that opened a session may look into it. On the server’s own machine, “moodcue sessions” shows and exports all.",
  },
  export: {
    button: "Export",
    title: (title: string): string => `Export “${title}”`,
    format: "Format",
    formats: {
      json: "JSON: all figures",
      csv: "CSV: a table of all moods",
      vtt: "WebVTT: moods as captions",
      edl: "EDL (CMX 3600): markers",
      otio: "OpenTimelineIO: markers and music",
      fcpxml: "FCPXML: Final Cut, Resolve",
      svg: "SVG: a picture of the timeline",
      png: "PNG: a picture of the timeline",
      html: "HTML: a report in one file",
    },
    rate: "Frame rate",
    dropFrame: (rate: string): string => `${rate} drop-frame`,
    start: "Start timecode",
    startHint: "Hours, minutes, seconds and frames of the first frame, such as 01:00:00:00.",
    save: "Save file",
  },
  replay: {
    play: "Play",
    pause: "Pause",
    speed: "Speed",
    times: (speed: number): string => `${speed}×`,
    cues: "Cues at this moment",
    noCues: "No tracks were suggested up to this moment.",
    firstCues: (time: string): string => `The first came at ${time}`,
    downloads: "Downloads up to this moment",
    noDownloads: "Nothing was downloaded up to this moment.",
    empty: "This session has no moods: nothing was heard or seen in it.",
    loading: "Loading…",
  },
  overlay: {
    title: "Overlay for OBS",
    text: "Add this address as a browser source: it shows the mood and the track that plays on a transparent ground. It can look on, and do nothing else.",
    address: "Address of the overlay",
    copy: "Copy address",
    copied: "Copied",
    theme: "Look",
    themes: { dark: "Dark", light: "Light", minimal: "Minimal" },
    show: "Shows",
    shows: { mood: "Mood", track: "Track" },
  },
  keys: {
    title: "Keyboard",
    enabled: "Single keys work anywhere on the page",
    hint: "Not while you write. “?” opens this list in any case.",
    commands: {
      play: "Play or pause",
      earlier: "Previous cue",
      later: "Next cue",
      back: "Back 5 seconds",
      forward: "Forward 5 seconds",
      quieter: "Quieter",
      louder: "Louder",
      like: "Like the cue",
      skip: "Skip the cue",
      download: "Download the cue",
      credit: "Copy the credit",
      mode: "Next mode",
      note: "Write a note",
      session: "Start or stop",
      help: "This list",
    },
  },
  honesty: {
    what: "What is analysed",
    whatText: "How a voice sounds and how a face looks, once every second.",
    where: "Where it goes",
    whereText: (host: string | null): string =>
      `${host === null ? "Nothing leaves this machine" : `To the Moodcue server at ${host}, and no further`}, except when you play an online track: its sound comes from the web. Sound and pictures are never stored; moods and downloads are, as numbers, until they are deleted.`,
    can: "What an estimate can say",
    canText:
      "How much a voice and a face resemble those of people who acted an emotion. That is enough to choose music by.",
    cannot: "What it cannot say",
    cannotText:
      "What someone feels cannot be read off a face or a voice for certain. People show the same feeling in many ways, by person, culture, age and illness; irony, a cold or a dark room are enough to mislead it. Never judge, select or treat a person by it.",
    law: "Where the law limits it",
    lawText:
      "In the EU, inferring the emotions of people at work or in education is forbidden, but for medical or safety reasons (AI Act, Art. 5(1)(f)). Whoever else is analysed must be told so (Art. 50(3)), and data protection law applies. Other places have rules of their own.",
  },
  settings: {
    version: (version: string): string => `Moodcue ${version}`,
    looks: "Language and looks",
    language: "Language",
    theme: "Colours",
    themes: {
      system: "As the system has them",
      light: "Light",
      dark: "Dark",
    } satisfies Record<Theme, string>,
    playback: "Playback",
    duckHint: "Speech is heard by the analysis, so this works while a session runs.",
    taste: "What was learned of your taste",
    tasteHint:
      "From what you downloaded, liked, listened to and skipped. To the right what you like more than the mood alone would say, to the left what you like less.",
    noTaste:
      "Nothing yet. Whenever you download, like, preview or skip a cue, Moodcue learns on this machine which music you take in which mood.",
    exportTaste: "Export",
    resetTaste: "Forget it all",
    resetText:
      "The cues will go by the mood alone again. The log of downloads stays. This cannot be undone.",
    token: "Server token",
    tokenKept: "One is kept",
    save: "Keep",
    saved: "Kept until this tab is closed.",
    kept: "What is kept",
    keptText:
      "Moods, cues, notes and downloads of each session, as numbers and words. Never sound, never a picture. The history page deletes a session with everything of it.",
    retention: (days: number | null): string =>
      days === null
        ? "This server keeps a session until someone deletes it."
        : `This server deletes a session after ${counted(days, "day", "days")}.`,
    browser: "This browser remembers your choices, and how to get at the sessions you began.",
    honesty: "What the estimates are worth",
  },
  folders: {
    title: "Your own music",
    summary: (n: number): string => (n === 0 ? "none yet" : counted(n, "folder", "folders")),
    about:
      "MP3, FLAC, Ogg, Opus, M4A and WAV of a folder on the server's machine. Each file is listened to once and gets a mood by its sound; nothing is copied or changed.",
    path: "Folder",
    example: "/home/me/Music",
    add: "Add and scan",
    rescan: "Look for changes",
    stop: "Stop the scan",
    states: {
      running: "Listening to your music",
      finished: "The scan is complete",
      stopped: "The scan was stopped; another one goes on from there",
      failed: "The scan has failed",
    } satisfies Record<ScanState, string>,
    progress: (done: string, total: string, heard: string): string =>
      `${done} of ${total} files, ${heard} heard`,
    files: (n: number): string => counted(n, "track", "tracks"),
    broken: (n: number): string => `${figure(n)} cannot be read`,
    missing: (n: number): string => `${figure(n)} gone`,
    unreadable: (n: number): string =>
      `${counted(n, "file", "files")} cannot be read: which, and why`,
    removeOf: (path: string): string => `Remove ${path} from the library`,
    removeHint: "Remove from the library; the files stay where they are",
  },
  upgrade: {
    what: "Moodcue was upgraded.",
    advice:
      "This page is from before. Reload it, so that both understand each other; a session that runs ends here and can be started again.",
    reload: "Reload",
  },
  /** The words that the server knows music by. */
  music: {
    "very slow": "Very slow",
    slow: "Slow",
    moderate: "Moderate",
    fast: "Fast",
    "very fast": "Very fast",
    calm: "Calm",
    calming: "Calming",
    relaxed: "Relaxed",
    tender: "Tender",
    bouncy: "Bouncy",
    bright: "Bright",
    happy: "Happy",
    "ren faire": "Ren faire",
    uplifting: "Uplifting",
    grooving: "Grooving",
    medieval: "Medieval",
    epic: "Epic",
    humorous: "Humorous",
    mystical: "Mystical",
    action: "Action",
    aggressive: "Aggressive",
    driving: "Driving",
    energetic: "Energetic",
    intense: "Intense",
    eerie: "Eerie",
    mysterious: "Mysterious",
    suspenseful: "Suspenseful",
    unnerving: "Unnerving",
    dark: "Dark",
    nostalgic: "Nostalgic",
    somber: "Somber",
    piano: "Piano",
    organ: "Organ",
    strings: "Strings",
    guitar: "Guitar",
    bass: "Bass",
    brass: "Brass",
    woodwind: "Woodwind",
    percussion: "Percussion",
    synthesizer: "Synthesizer",
    voices: "Voices",
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
    share: "Share again",
    upload: "Upload it instead",
    play: "Play it here instead",
  },
  /** On the button beside a problem that may pass by itself. */
  retryIn: (seconds: number): string => `Try again (in ${seconds} s)`,
  /** What happened, and what to do; some say what the server said about it. */
  problems: {
    insecure: {
      what: "This page may not use a camera, a microphone or the screen here.",
      advice:
        "Browsers allow them only on https:// or on this machine itself. Open the page as http://localhost, or put the server behind HTTPS.",
    },
    cannotSend: {
      what: "This browser cannot send sound and picture.",
      advice:
        "It has no WebRTC. Open the page in Firefox, Chrome, Edge or Safari; or upload a file, or let OBS send instead.",
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
    cannotShare: {
      what: "This browser cannot share a screen.",
      advice:
        "Phones and tablets cannot. Open the page on a computer, or record what you want to share and choose the file.",
    },
    notShared: {
      what: "Nothing was shared.",
      advice: "Share again and choose a tab, a window or a screen in what the browser opens.",
    },
    nothingToShare: {
      what: "The system gave the browser nothing to share.",
      advice:
        "Allow the browser to record the screen in the settings of the system (on macOS: Privacy & Security, Screen Recording), and share again.",
    },
    silentShare: {
      what: "This share brings no sound: only faces are read.",
      advice:
        "To have voices read too, share again, choose a tab and tick “Also share tab audio”. Chrome and Edge can do that; Firefox and Safari share no sound.",
    },
    unreadable: {
      what: "This browser cannot play the file.",
      advice: "The server reads more kinds of files than a browser: upload it instead.",
    },
    tooLarge: {
      what: "The file is larger than this server takes.",
      advice:
        "Play it here instead: then it is not uploaded as a whole. Or have MOODCUE_MAX_UPLOAD raised by whoever runs the server.",
    },
    cut: {
      what: "The file did not reach the server.",
      advice: "The connection broke off, or the file was moved or changed meanwhile. Try again.",
    },
    unreachable: {
      what: "The Moodcue server does not answer.",
      advice: "Check that “moodcue serve” is running and try again.",
    },
    noMedia: {
      what: "Sound and picture could not be sent to the server.",
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
    deleted: {
      what: "This session is not there any more.",
      advice:
        "It was deleted, or the server has forgotten it as it was told to. The list shows what is left.",
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
    refused: {
      what: "The server cannot do this.",
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
