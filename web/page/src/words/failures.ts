/** Messages for the failure codes of the server: what happened, and what to do about it. */

import type { FailureCode, Failure, Unreadable } from "../server/wire";
import type { Language } from "./language";

/** The facts a message may mention, with figures in the format of the reader's locale. */
export type Facts = Readonly<Record<keyof Failure["facts"], string>>;

type Text = string | ((facts: Facts) => string);

export interface FailureWords {
  readonly what: Text;
  readonly advice: Text;
}

type UnreadableCode = NonNullable<Unreadable["code"]>;

export const FAILURES: Readonly<Record<Language, Readonly<Record<FailureCode, FailureWords>>>> = {
  en: {
    address_not_opened: {
      what: "The address could not be opened.",
      advice: ({ reason }) => `Check the address and try again. Details: ${reason}`,
    },
    address_without_media: {
      what: "No audio or video was found at this address.",
      advice: "Use another address.",
    },
    codecs_unknown: {
      what: ({ file }) => `The codec of “${file}” is not supported.`,
      advice: "Convert it to MP4 with H.264 and AAC.",
    },
    connection_failed: {
      what: "The connection was lost.",
      advice: ({ reason }) => `Start again. Details: ${reason}`,
    },
    decoder_failed: {
      what: "The server can't decode this file or stream.",
      advice: "Convert it to another format, such as MP4.",
    },
    decoder_stalled: {
      what: ({ seconds }) => `No data was received for ${seconds} seconds.`,
      advice: "Check the file or the address, then start again.",
    },
    file_cut_off: {
      what: ({ file }) => `“${file}” is incomplete: its end is missing.`,
      advice: "Record or copy it again.",
    },
    file_unreadable: {
      what: ({ file }) => `“${file}” can't be read as video or audio.`,
      advice: "Convert it to another format, such as MP4, or choose another file.",
    },
    file_without_media: {
      what: ({ file }) => `“${file}” contains no audio or video.`,
      advice: "Choose another file.",
    },
    folder_locked: {
      what: ({ folder }) => `The server is not allowed to read the folder ${folder}.`,
      advice: "Change its permissions, then add it again.",
    },
    folder_missing: {
      what: ({ folder }) => `The folder ${folder} does not exist on the server.`,
      advice: "Enter the full path of the folder on the server.",
    },
    internal_error: {
      what: "An internal server error occurred.",
      advice: "Start again. If it happens again, check the server's log.",
    },
    invalid_address: {
      what: "This address is not valid.",
      advice: "It must start with http://, https:// or rtsp://.",
    },
    library_not_installed: {
      what: ({ package: name }) => `Analysing music requires ${name} on the server.`,
      advice: "Install it there: pip install 'moodcue[library]'",
    },
    no_network_address: {
      what: "The server has no network address to receive media on.",
      advice:
        "Connect it to a network. For use on one machine, start the server with MOODCUE_ICE_ADDRESSES=127.0.0.1.",
    },
    no_sound_input: {
      what: "The server has no audio input.",
      advice: "Connect one; the session continues automatically.",
    },
    no_such_channel: {
      what: ({ device, channels }) => `${device} only has channels 1 to ${channels}.`,
      advice: "Choose other channels, then start again.",
    },
    nothing_decoded: {
      what: ({ file }) => `Nothing in “${file}” could be decoded.`,
      advice: "Choose another file.",
    },
    nothing_on_page: {
      what: "No playable video was found on this page.",
      advice: ({ reason }) => `Use the direct address of the video. Details: ${reason}`,
    },
    page_not_read: {
      what: ({ seconds }) => `No video was found on the page within ${seconds} seconds.`,
      advice: "Try again, or use the direct address of the video.",
    },
    pages_not_supported: {
      what: "This address can't be played.",
      advice:
        "To play videos from web pages, install the extra on the server: pip install 'moodcue[url]'",
    },
    portaudio_missing: {
      what: "PortAudio is not installed on the server. It is required for audio inputs.",
      advice:
        "Install the package libportaudio2 (Debian, Ubuntu) or portaudio (Fedora, Arch, Homebrew).",
    },
    private_address: {
      what: ({ host }) => `${host} is an address in the server's private network.`,
      advice:
        "Use a public address. The server's administrator can allow private ones: MOODCUE_ALLOW_PRIVATE_ADDRESSES=true",
    },
    recording_too_long: {
      what: ({ hours }) => `Only the first ${hours} hours were analysed.`,
      advice:
        "Split the recording and choose the rest. The server's administrator can raise the limit: MOODCUE_MAX_LENGTH",
    },
    rtsp_not_allowed: {
      what: "RTSP is not allowed, because it can reach the server's private network.",
      advice:
        "Use an https:// address. The server's administrator can allow RTSP: MOODCUE_ALLOW_PRIVATE_ADDRESSES=true",
    },
    scan_running: {
      what: "A scan is already running.",
      advice: "Wait until it is complete, or stop it.",
    },
    server_full: {
      what: "The server is full.",
      advice: ({ sessions }) =>
        `All ${sessions} sessions are in use. Try again when the countdown has ended.`,
    },
    sound_input_ambiguous: {
      what: ({ device }) => `Several audio inputs are named ${device}.`,
      advice: ({ choices }) => `Choose one of these and start again: ${choices}`,
    },
    sound_input_busy: {
      what: ({ device }) => `${device} can't be opened.`,
      advice: "Close other apps that use it; the session continues automatically.",
    },
    sound_input_missing: {
      what: ({ device }) => `The audio input ${device} was not found.`,
      advice: ({ choices }) =>
        `Connect it to continue automatically, or start again with another input: ${choices}`,
    },
    sound_input_silent: {
      what: "The audio input is not responding.",
      advice: "Check that the sound server is running on that machine.",
    },
    sound_input_stopped: {
      what: ({ device }) => `${device} was disconnected.`,
      advice: "Reconnect it; the session continues automatically.",
    },
    sound_system_failed: {
      what: "The server's audio system is not available.",
      advice: ({ reason }) =>
        `Once it works, the session continues automatically. Details: ${reason}`,
    },
    storage_failed: {
      what: "The server can't access its database.",
      advice: "Ask the server's administrator to check the disk space and the log.",
    },
    stream_interrupted: {
      what: "The stream was interrupted.",
      advice: "Reconnecting automatically.",
    },
    too_many_files: {
      what: ({ folder, limit }) => `${folder} contains more than ${limit} music files.`,
      advice: "Add its subfolders instead.",
    },
    unknown_host: {
      what: ({ host }) => `The host ${host} was not found.`,
      advice: "Check the address.",
    },
  },
  "zh-Hant": {
    address_not_opened: {
      what: "這個網址無法開啟。",
      advice: ({ reason }) => `請檢查網址後再試一次。詳細資訊：${reason}`,
    },
    address_without_media: {
      what: "這個網址沒有聲音或影像。",
      advice: "請改用其他網址。",
    },
    codecs_unknown: {
      what: ({ file }) => `伺服器不支援「${file}」的編碼方式。`,
      advice: "請轉檔為 MP4（H.264 與 AAC）。",
    },
    connection_failed: {
      what: "連線已中斷。",
      advice: ({ reason }) => `請重新開始。詳細資訊：${reason}`,
    },
    decoder_failed: {
      what: "伺服器無法解碼這個檔案或串流。",
      advice: "請先轉檔，例如轉成 MP4。",
    },
    decoder_stalled: {
      what: ({ seconds }) => `已經 ${seconds} 秒沒有收到資料。`,
      advice: "請檢查檔案或網址，再重新開始。",
    },
    file_cut_off: {
      what: ({ file }) => `「${file}」不完整：缺少檔案結尾。`,
      advice: "請重新錄製或再複製一次。",
    },
    file_unreadable: {
      what: ({ file }) => `無法將「${file}」讀取為影片或音訊。`,
      advice: "請轉檔（例如轉成 MP4），或選擇其他檔案。",
    },
    file_without_media: {
      what: ({ file }) => `「${file}」不含音訊或視訊。`,
      advice: "請選擇其他檔案。",
    },
    folder_locked: {
      what: ({ folder }) => `伺服器沒有權限讀取資料夾 ${folder}。`,
      advice: "請更改資料夾的權限，再加入一次。",
    },
    folder_missing: {
      what: ({ folder }) => `伺服器上找不到資料夾 ${folder}。`,
      advice: "請輸入該資料夾在伺服器上的完整路徑。",
    },
    internal_error: {
      what: "伺服器內部發生錯誤。",
      advice: "請重新開始。若再次發生，請查看伺服器的記錄檔。",
    },
    invalid_address: {
      what: "網址格式不正確。",
      advice: "網址必須以 http://、https:// 或 rtsp:// 開頭。",
    },
    library_not_installed: {
      what: ({ package: name }) => `伺服器需要 ${name} 才能分析音樂。`,
      advice: "請在伺服器上安裝：pip install 'moodcue[library]'",
    },
    no_network_address: {
      what: "伺服器沒有可接收影音的網路位址。",
      advice: "請將它連上網路。若只在本機使用，請以 MOODCUE_ICE_ADDRESSES=127.0.0.1 啟動伺服器。",
    },
    no_sound_input: {
      what: "伺服器沒有音訊輸入裝置。",
      advice: "請接上裝置，工作階段會自動繼續。",
    },
    no_such_channel: {
      what: ({ device, channels }) => `${device} 只有聲道 1 到 ${channels}。`,
      advice: "請選擇其他聲道，再重新開始。",
    },
    nothing_decoded: {
      what: ({ file }) => `「${file}」的內容都無法解碼。`,
      advice: "請選擇其他檔案。",
    },
    nothing_on_page: {
      what: "這個網頁上找不到可播放的影片。",
      advice: ({ reason }) => `請改用影片的直接網址。詳細資訊：${reason}`,
    },
    page_not_read: {
      what: ({ seconds }) => `${seconds} 秒內在這個網頁上找不到影片。`,
      advice: "請再試一次，或改用影片的直接網址。",
    },
    pages_not_supported: {
      what: "這個網址的內容無法播放。",
      advice: "若要播放網頁中的影片，請在伺服器上安裝額外套件：pip install 'moodcue[url]'",
    },
    portaudio_missing: {
      what: "伺服器沒有安裝 PortAudio，無法使用音訊輸入裝置。",
      advice: "請安裝套件：libportaudio2（Debian、Ubuntu）或 portaudio（Fedora、Arch、Homebrew）。",
    },
    private_address: {
      what: ({ host }) => `${host} 是伺服器內部網路的位址。`,
      advice: "請改用公開的網址。伺服器管理員也可以允許：MOODCUE_ALLOW_PRIVATE_ADDRESSES=true",
    },
    recording_too_long: {
      what: ({ hours }) => `只分析了前 ${hours} 小時。`,
      advice: "請將錄音或錄影分段，再選擇其餘部分。伺服器管理員也可以放寬限制：MOODCUE_MAX_LENGTH",
    },
    rtsp_not_allowed: {
      what: "不允許 RTSP，因為它可能連到伺服器的內部網路。",
      advice:
        "請改用 https:// 開頭的網址。伺服器管理員也可以允許：MOODCUE_ALLOW_PRIVATE_ADDRESSES=true",
    },
    scan_running: {
      what: "已有掃描正在進行。",
      advice: "請等待掃描完成，或先停止掃描。",
    },
    server_full: {
      what: "伺服器已滿。",
      advice: ({ sessions }) => `${sessions} 個工作階段都在使用中。請在倒數結束後再試一次。`,
    },
    sound_input_ambiguous: {
      what: ({ device }) => `有多個音訊輸入裝置名為 ${device}。`,
      advice: ({ choices }) => `請選擇其中一個，再重新開始：${choices}`,
    },
    sound_input_busy: {
      what: ({ device }) => `無法開啟 ${device}。`,
      advice: "請關閉其他正在使用它的程式，工作階段會自動繼續。",
    },
    sound_input_missing: {
      what: ({ device }) => `找不到音訊輸入裝置 ${device}。`,
      advice: ({ choices }) => `接上後會自動繼續；或改用其他裝置重新開始：${choices}`,
    },
    sound_input_silent: {
      what: "音訊輸入裝置沒有回應。",
      advice: "請確認該電腦的音效服務正在執行。",
    },
    sound_input_stopped: {
      what: ({ device }) => `${device} 已中斷連線。`,
      advice: "請重新接上，工作階段會自動繼續。",
    },
    sound_system_failed: {
      what: "無法使用伺服器的音效系統。",
      advice: ({ reason }) => `恢復後工作階段會自動繼續。詳細資訊：${reason}`,
    },
    storage_failed: {
      what: "伺服器無法存取資料庫。",
      advice: "請伺服器管理員檢查磁碟空間與記錄檔。",
    },
    stream_interrupted: {
      what: "串流已中斷。",
      advice: "正在自動重新連線。",
    },
    too_many_files: {
      what: ({ folder, limit }) => `${folder} 包含超過 ${limit} 個音樂檔。`,
      advice: "請改為加入其中的子資料夾。",
    },
    unknown_host: {
      what: ({ host }) => `找不到主機 ${host}。`,
      advice: "請檢查網址。",
    },
  },
};

/** Why a music file could not be analysed. */
export const UNREADABLE: Readonly<Record<Language, Readonly<Record<UnreadableCode, string>>>> = {
  en: {
    damaged: "The file is damaged. Copy it again.",
    name_not_utf8: "The file name is not UTF-8. Rename the file.",
    no_sound: "The file contains no audio.",
    not_readable: "Not a supported music file, or no permission to read it.",
    silent: "The file is silent.",
    too_large: "The file is too large.",
    too_short: "The file is too short to estimate a mood.",
  },
  "zh-Hant": {
    damaged: "檔案已損毀，請重新複製。",
    name_not_utf8: "檔名不是 UTF-8，請重新命名。",
    no_sound: "檔案不含音訊。",
    not_readable: "不是支援的音樂檔，或沒有讀取權限。",
    silent: "檔案無聲。",
    too_large: "檔案太大。",
    too_short: "檔案太短，無法估計情緒。",
  },
};
