/** What went wrong, and what to do about it. */

export const problems = {
  remedies: {
    retry: "Try again",
    "voice-only": "Voice only",
    "face-only": "Face only",
    sample: "Try the sample clip",
    "sign-in": "Enter token",
    share: "Share again",
    upload: "Upload instead",
    play: "Play here instead",
  },
  /** Label of the retry button during the countdown. */
  retryIn: (seconds: number): string => `Try again (in ${seconds} s)`,
  /** Description and advice for each problem. */
  problems: {
    insecure: {
      what: "The camera, microphone and screen are not available on this page.",
      advice:
        "Browsers allow them only over HTTPS or on localhost. Open http://localhost, or serve Moodcue over HTTPS.",
    },
    cannotSend: {
      what: "This browser can't send audio or video.",
      advice:
        "It does not support WebRTC. Use Firefox, Chrome, Edge or Safari, upload a file, or stream from OBS.",
    },
    denied: {
      what: "Camera and microphone access was denied.",
      advice:
        "Click the camera icon in the address bar, allow access and try again. One of the two is enough.",
    },
    deniedCamera: {
      what: "Camera access was denied.",
      advice:
        "Click the camera icon in the address bar, allow access and try again, or continue with voice only.",
    },
    deniedMicrophone: {
      what: "Microphone access was denied.",
      advice:
        "Click the camera icon in the address bar, allow access and try again, or continue with face only.",
    },
    noCamera: {
      what: "No camera was found.",
      advice: "Connect one and try again, or continue with voice only.",
    },
    noMicrophone: {
      what: "No microphone was found.",
      advice: "Connect one and try again, or continue with face only.",
    },
    noDevices: {
      what: "No camera or microphone was found.",
      advice: "Connect at least one and try again, or try the sample clip.",
    },
    nothingChosen: {
      what: "Camera and microphone are both off.",
      advice: "Choose at least one, or try the sample clip.",
    },
    busy: {
      what: "The camera or the microphone is in use.",
      advice: "Close other apps that use it, such as a call or a recorder, and try again.",
    },
    unplugged: {
      what: "The camera or the microphone stopped.",
      advice: "Check the connection and try again. Results so far are kept.",
    },
    cannotShare: {
      what: "This browser can't share the screen.",
      advice:
        "Phones and tablets don't support it. Use a computer, or record what you want to share and choose the file.",
    },
    notShared: {
      what: "Nothing was shared.",
      advice: "Share again and choose a tab, window or screen in the browser's dialog.",
    },
    nothingToShare: {
      what: "The operating system blocked screen sharing.",
      advice:
        "Allow the browser to record the screen in the system settings (macOS: Privacy & Security → Screen Recording), then share again.",
    },
    silentShare: {
      what: "The shared source has no sound: only faces are analysed.",
      advice:
        "To include voices, share again, choose a tab and tick “Also share tab audio”. This works in Chrome and Edge, not in Firefox or Safari.",
    },
    unreadable: {
      what: "This browser can't play the file.",
      advice: "Upload it instead: the server supports more formats.",
    },
    tooLarge: {
      what: "The file is too large for this server.",
      advice:
        "Play it here instead, or ask the server's administrator to raise MOODCUE_MAX_UPLOAD.",
    },
    cut: {
      what: "The upload failed.",
      advice: "The connection was lost, or the file was moved or changed. Try again.",
    },
    unreachable: {
      what: "The Moodcue server is not responding.",
      advice: "Check that “moodcue serve” is running and try again.",
    },
    noMedia: {
      what: "Audio and video could not be sent to the server.",
      advice:
        "The page can reach the server, but media can't. A firewall or VPN may be blocking UDP.",
    },
    away: {
      what: "The Moodcue server is not responding.",
      advice: "Reconnecting automatically. Check that “moodcue serve” is still running.",
    },
    gone: {
      what: "The server ended this session.",
      advice:
        "No media was received for too long, or the server was restarted. Results stay here until you start again.",
    },
    deleted: {
      what: "This session no longer exists.",
      advice: "It was deleted, or its retention period has ended.",
    },
    failed: {
      what: "The server ended this session.",
      advice: (detail: string): string => detail,
    },
    token: {
      what: "This server requires a token.",
      advice: "Enter the token that was set when the server was started.",
    },
    wrongToken: {
      what: "The server did not accept the token.",
      advice: "Enter the token that was set when the server was started.",
    },
    offline: {
      what: "This track could not be played.",
      advice:
        "It streams from the web, and the remote server did not respond. Check the network, or choose a track marked “offline”.",
    },
    unplayable: {
      what: "This track could not be played.",
      advice: "The server did not send the audio. Choose another track.",
    },
    refused: {
      what: "The server can't do this.",
      advice: (detail: string): string => detail,
    },
    status: {
      what: "The server returned an error.",
      advice: (status: string): string => `Status code: ${status}.`,
    },
    unexpected: {
      what: "Something unexpected happened.",
      advice: (detail: string): string =>
        `${detail}. Try again. If it happens again, please report it.`,
    },
  },
};
