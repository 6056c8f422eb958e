/** What the server says when something fails, by its codes: what happened, and one thing to do. */

import type { FailureCode, Failure, Unreadable } from "../server/wire";
import type { Language } from "./language";

/** What such words mention, figures as the reader writes them. */
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
      advice: ({ reason }) => `Check it and try again. What came back: ${reason}`,
    },
    address_without_media: {
      what: "The address brings neither sound nor pictures.",
      advice: "Name another one.",
    },
    codecs_unknown: {
      what: ({ file }) => `The server does not know how “${file}” is coded.`,
      advice: "Convert it to MP4 with H.264 and AAC.",
    },
    connection_failed: {
      what: "The connection to the address has failed.",
      advice: ({ reason }) => `Start again. What came back: ${reason}`,
    },
    decoder_failed: {
      what: "The server cannot decode this.",
      advice: "Convert it to MP4, for example.",
    },
    decoder_stalled: {
      what: ({ seconds }) => `Nothing came for ${seconds} seconds.`,
      advice: "Check the file or the address, then start again.",
    },
    file_cut_off: {
      what: ({ file }) => `“${file}” is cut off: its end is missing.`,
      advice: "Record or copy it again.",
    },
    file_unreadable: {
      what: ({ file }) => `“${file}” is no video or sound file that can be read.`,
      advice: "Convert it to MP4, for example, or choose another file.",
    },
    file_without_media: {
      what: ({ file }) => `“${file}” has neither sound nor pictures in it.`,
      advice: "Choose another file.",
    },
    folder_locked: {
      what: ({ folder }) => `The server may not read the folder ${folder}.`,
      advice: "Change its permissions, then add it again.",
    },
    folder_missing: {
      what: ({ folder }) => `The server's machine has no folder ${folder}.`,
      advice: "Write its whole path, as it is on that machine.",
    },
    internal_error: {
      what: "Something went wrong inside the server.",
      advice: "Start again. If it stays, whoever runs the server finds more in its log.",
    },
    invalid_address: {
      what: "This is no address that can be played.",
      advice: "Begin it with http://, https:// or rtsp://.",
    },
    library_not_installed: {
      what: ({ package: name }) => `To listen to music the server needs ${name}.`,
      advice: "Have it installed there: pip install 'moodcue[library]'",
    },
    no_network_address: {
      what: "The server's machine has no network address for sound and pictures to come to.",
      advice:
        "Connect it to a network. For this machine alone, start the server with MOODCUE_ICE_ADDRESSES=127.0.0.1.",
    },
    no_sound_input: {
      what: "The server's machine has no sound input.",
      advice: "Connect one: it goes on by itself.",
    },
    no_such_channel: {
      what: ({ device, channels }) => `${device} has the channels 1 to ${channels}.`,
      advice: "Choose from these, then start again.",
    },
    nothing_decoded: {
      what: ({ file }) => `Nothing in “${file}” could be decoded.`,
      advice: "Choose another file.",
    },
    nothing_on_page: {
      what: "Nothing on this page can be played.",
      advice: ({ reason }) => `Name the address of the video itself. What was found: ${reason}`,
    },
    page_not_read: {
      what: ({ seconds }) => `The page did not say within ${seconds} seconds what plays on it.`,
      advice: "Try again, or name the address of the video itself.",
    },
    pages_not_supported: {
      what: "What is at this address cannot be played.",
      advice:
        "If it is a page with a video on it, have what looks at pages installed on the server: pip install 'moodcue[url]'",
    },
    portaudio_missing: {
      what: "The server's machine lacks PortAudio, through which sound inputs are heard.",
      advice:
        "Have its package installed there: libportaudio2 (Debian, Ubuntu) or portaudio (Fedora, Arch, Homebrew).",
    },
    private_address: {
      what: ({ host }) => `${host} is an address in the server's own network.`,
      advice:
        "Name a public one. Whoever runs the server can allow others: MOODCUE_ALLOW_PRIVATE_ADDRESSES=true",
    },
    recording_too_long: {
      what: ({ hours }) => `Only the first ${hours} hours were analysed.`,
      advice:
        "Cut the recording and choose the rest. Whoever runs the server can allow more: MOODCUE_MAX_LENGTH",
    },
    rtsp_not_allowed: {
      what: "RTSP may lead into the server's own network, and is not opened.",
      advice:
        "Name an address that begins with https://. Whoever runs the server can allow others: MOODCUE_ALLOW_PRIVATE_ADDRESSES=true",
    },
    scan_running: {
      what: "The library is being scanned.",
      advice: "Wait for the end, or stop the scan.",
    },
    server_full: {
      what: "The server is full.",
      advice: ({ sessions }) =>
        `All ${sessions} places are taken. One may be free when the count on the button has run down.`,
    },
    sound_input_ambiguous: {
      what: ({ device }) => `Several sound inputs are called ${device}.`,
      advice: ({ choices }) => `Start again with one of them: ${choices}`,
    },
    sound_input_busy: {
      what: ({ device }) => `${device} cannot be opened.`,
      advice: "Close other programs that use it: it goes on by itself.",
    },
    sound_input_missing: {
      what: ({ device }) => `There is no sound input ${device}.`,
      advice: ({ choices }) =>
        `Connect it: it goes on by itself. Or start again with another: ${choices}`,
    },
    sound_input_silent: {
      what: "The sound input does not answer.",
      advice: "Check that the sound server of that machine is running.",
    },
    sound_input_stopped: {
      what: ({ device }) => `${device} has stopped.`,
      advice: "Connect it again: it goes on by itself.",
    },
    sound_system_failed: {
      what: "The sound system of the server's machine cannot be used.",
      advice: ({ reason }) => `Check it: it goes on by itself. What it says: ${reason}`,
    },
    storage_failed: {
      what: "The server cannot use its database.",
      advice: "Have whoever runs it check that there is room on its disk; its log has more.",
    },
    stream_interrupted: {
      what: "The stream has broken off.",
      advice: "It is tried again until it comes back.",
    },
    too_many_files: {
      what: ({ folder, limit }) => `${folder} holds more than ${limit} music files.`,
      advice: "Add parts of it instead.",
    },
    unknown_host: {
      what: ({ host }) => `There is no host ${host}.`,
      advice: "Check the address.",
    },
  },
  "zh-Hant": {
    address_not_opened: {
      what: "這個網址無法開啟。",
      advice: ({ reason }) => `請檢查網址後再試一次。對方的回應：${reason}`,
    },
    address_without_media: {
      what: "這個網址沒有聲音，也沒有畫面。",
      advice: "請改用其他網址。",
    },
    codecs_unknown: {
      what: ({ file }) => `伺服器不支援「${file}」的編碼方式。`,
      advice: "請轉檔為 MP4（H.264 與 AAC）。",
    },
    connection_failed: {
      what: "與這個網址的連線中斷了。",
      advice: ({ reason }) => `請重新開始。對方的回應：${reason}`,
    },
    decoder_failed: {
      what: "伺服器無法解碼。",
      advice: "請先轉檔，例如轉成 MP4。",
    },
    decoder_stalled: {
      what: ({ seconds }) => `等了 ${seconds} 秒仍沒有收到任何內容。`,
      advice: "請檢查檔案或網址，再重新開始。",
    },
    file_cut_off: {
      what: ({ file }) => `「${file}」不完整：檔案的結尾不見了。`,
      advice: "請重新錄製或再複製一次。",
    },
    file_unreadable: {
      what: ({ file }) => `「${file}」不是可以讀取的影片或聲音檔。`,
      advice: "請轉檔（例如轉成 MP4），或選擇其他檔案。",
    },
    file_without_media: {
      what: ({ file }) => `「${file}」裡沒有聲音，也沒有畫面。`,
      advice: "請選擇其他檔案。",
    },
    folder_locked: {
      what: ({ folder }) => `伺服器沒有權限讀取資料夾 ${folder}。`,
      advice: "請更改資料夾的權限，再加入一次。",
    },
    folder_missing: {
      what: ({ folder }) => `伺服器電腦上沒有資料夾 ${folder}。`,
      advice: "請輸入那部電腦上的完整路徑。",
    },
    internal_error: {
      what: "伺服器內部發生錯誤。",
      advice: "請重新開始。若一直發生，管理伺服器的人可以在紀錄檔中找到詳情。",
    },
    invalid_address: {
      what: "這不是可以播放的網址。",
      advice: "網址必須以 http://、https:// 或 rtsp:// 開頭。",
    },
    library_not_installed: {
      what: ({ package: name }) => `伺服器需要 ${name} 才能聆聽音樂。`,
      advice: "請在伺服器上安裝：pip install 'moodcue[library]'",
    },
    no_network_address: {
      what: "伺服器電腦沒有可以接收聲音與畫面的網路位址。",
      advice: "請將它連上網路。若只在本機使用，請以 MOODCUE_ICE_ADDRESSES=127.0.0.1 啟動伺服器。",
    },
    no_sound_input: {
      what: "伺服器電腦沒有聲音輸入裝置。",
      advice: "請接上一個，接上後會自動繼續。",
    },
    no_such_channel: {
      what: ({ device, channels }) => `${device} 只有聲道 1 到 ${channels}。`,
      advice: "請從中選擇，再重新開始。",
    },
    nothing_decoded: {
      what: ({ file }) => `「${file}」的內容都無法解碼。`,
      advice: "請選擇其他檔案。",
    },
    nothing_on_page: {
      what: "這個網頁上沒有可以播放的內容。",
      advice: ({ reason }) => `請改用影片本身的網址。查到的結果：${reason}`,
    },
    page_not_read: {
      what: ({ seconds }) => `等了 ${seconds} 秒，仍查不出這個網頁播放什麼。`,
      advice: "請再試一次，或改用影片本身的網址。",
    },
    pages_not_supported: {
      what: "這個網址的內容無法播放。",
      advice: "如果它是含有影片的網頁，請在伺服器上安裝解析網頁的套件：pip install 'moodcue[url]'",
    },
    portaudio_missing: {
      what: "伺服器電腦沒有安裝 PortAudio，因此聽不到聲音輸入裝置。",
      advice:
        "請在那部電腦上安裝套件：libportaudio2（Debian、Ubuntu）或 portaudio（Fedora、Arch、Homebrew）。",
    },
    private_address: {
      what: ({ host }) => `${host} 是伺服器內部網路的位址。`,
      advice: "請改用公開的網址。管理伺服器的人也可以允許：MOODCUE_ALLOW_PRIVATE_ADDRESSES=true",
    },
    recording_too_long: {
      what: ({ hours }) => `只分析了前 ${hours} 小時。`,
      advice: "請將錄影分段，再選擇其餘的部分。管理伺服器的人也可以放寬限制：MOODCUE_MAX_LENGTH",
    },
    rtsp_not_allowed: {
      what: "RTSP 可能連進伺服器的內部網路，因此不開放。",
      advice:
        "請改用 https:// 開頭的網址。管理伺服器的人也可以允許：MOODCUE_ALLOW_PRIVATE_ADDRESSES=true",
    },
    scan_running: {
      what: "音樂庫正在掃描。",
      advice: "請等掃描結束，或先停止掃描。",
    },
    server_full: {
      what: "伺服器已滿。",
      advice: ({ sessions }) => `${sessions} 個名額都已占用。按鈕上的倒數結束時，可能就有空位。`,
    },
    sound_input_ambiguous: {
      what: ({ device }) => `有好幾個聲音輸入裝置都叫做 ${device}。`,
      advice: ({ choices }) => `請選擇其中一個，再重新開始：${choices}`,
    },
    sound_input_busy: {
      what: ({ device }) => `無法開啟 ${device}。`,
      advice: "請關閉其他正在使用它的程式，之後會自動繼續。",
    },
    sound_input_missing: {
      what: ({ device }) => `找不到聲音輸入裝置 ${device}。`,
      advice: ({ choices }) => `接上後會自動繼續；或改用其他裝置重新開始：${choices}`,
    },
    sound_input_silent: {
      what: "聲音輸入裝置沒有回應。",
      advice: "請確認那部電腦的音效服務正在執行。",
    },
    sound_input_stopped: {
      what: ({ device }) => `${device} 中斷了。`,
      advice: "請重新接上，接上後會自動繼續。",
    },
    sound_system_failed: {
      what: "伺服器電腦的音效系統無法使用。",
      advice: ({ reason }) => `請檢查音效系統，恢復後會自動繼續。它的訊息：${reason}`,
    },
    storage_failed: {
      what: "伺服器無法使用資料庫。",
      advice: "請管理伺服器的人檢查磁碟空間；紀錄檔中有詳情。",
    },
    stream_interrupted: {
      what: "串流中斷了。",
      advice: "頁面會持續重試，直到恢復為止。",
    },
    too_many_files: {
      what: ({ folder, limit }) => `${folder} 裡的音樂檔超過 ${limit} 個。`,
      advice: "請改為分批加入其中的資料夾。",
    },
    unknown_host: {
      what: ({ host }) => `找不到主機 ${host}。`,
      advice: "請檢查網址。",
    },
  },
};

/** Why a file of one's own music cannot be read. */
export const UNREADABLE: Readonly<Record<Language, Readonly<Record<UnreadableCode, string>>>> = {
  en: {
    damaged: "It is damaged: copy it again.",
    name_not_utf8: "Its name is not UTF-8: rename it.",
    no_sound: "There is no sound in it.",
    not_readable: "It is no music file that can be read, or may not be read.",
    silent: "It is silent.",
    too_large: "It is too large.",
    too_short: "It is too short to tell its mood.",
  },
  "zh-Hant": {
    damaged: "檔案已損毀：請再複製一次。",
    name_not_utf8: "檔名不是 UTF-8：請重新命名。",
    no_sound: "裡面沒有聲音。",
    not_readable: "不是可以讀取的音樂檔，或沒有讀取權限。",
    silent: "完全無聲。",
    too_large: "檔案太大。",
    too_short: "太短，聽不出情緒。",
  },
};
