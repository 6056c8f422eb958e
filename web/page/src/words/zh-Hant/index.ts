/** All text of the page in Traditional Chinese, as used in Taiwan. */

import { EMOTION_WORDS } from "../emotions";
import type { Words } from "../en";
import { FAILURES, UNREADABLE } from "../failures";
import { live } from "./live";
import { music } from "./music";
import { pages } from "./pages";
import { problems } from "./problems";

export const zhHant: Words = {
  name: "繁體中文",
  emotions: EMOTION_WORDS["zh-Hant"],
  failures: FAILURES["zh-Hant"],
  unreadable: UNREADABLE["zh-Hant"],
  pages: {
    live: "即時",
    history: "歷史紀錄",
    library: "音樂庫",
    downloads: "下載紀錄",
    settings: "設定",
  },
  licences: {
    publishable: "可公開發布",
    share_alike: "相同方式分享或 GPL",
    listening: "僅供個人聆聽（NC、ND）",
    unknown: "授權不明",
  },
  warnings: {
    share_alike: "相同方式分享：使用此音樂的作品必須以相同授權發布。",
    listening: "僅供個人聆聽：授權不允許發布含有此音樂的影片。",
    unknown: "授權不明：發布含有此音樂的影片前，請先取得權利人同意。",
  },
  common: {
    any: "不限",
    cancel: "取消",
    close: "關閉",
    copy: "複製",
    copied: "已複製",
    reveal: "顯示",
    hide: "隱藏",
    dismiss: "關閉訊息",
    proceed: "繼續",
    nothing: "–",
    previous: "上一頁",
    next: "下一頁",
    reset: "重設",
  },
  frame: {
    pages: "頁面",
    phases: {
      idle: "未執行",
      opening: "連線中…",
      waiting: "等待中…",
      live: "分析中",
      lost: "重新連線中…",
      ended: "已結束",
    },
    stop: "停止",
    startAgain: "重新開始",
    help: "說明與快速鍵",
    estimates: "情緒是依聲音與外觀所做的估計，並非真實感受，可能有誤。請勿用來評斷他人。",
  },
  keys: {
    title: "鍵盤快速鍵",
    enabled: "啟用單鍵快速鍵",
    hint: "輸入文字時不會觸發。按「?」可隨時開啟此清單。",
    commands: {
      play: "播放或暫停",
      earlier: "上一首推薦",
      later: "下一首推薦",
      back: "倒退 5 秒",
      forward: "快轉 5 秒",
      quieter: "降低音量",
      louder: "提高音量",
      like: "喜歡這首",
      skip: "略過這首",
      download: "下載這首",
      credit: "複製出處",
      mode: "切換模式",
      note: "新增筆記",
      session: "開始或停止",
      help: "顯示此清單",
    },
  },
  disclosure: {
    what: "分析內容",
    whatText: "每秒一次，分析聲音的特徵與臉部表情。",
    where: "資料傳送",
    whereText: (host) =>
      `${host === null ? "資料不會離開這部電腦" : `資料只會傳到 ${host} 的 Moodcue 伺服器`}；只有線上音樂會從網路串流。保存到刪除為止的資料：情緒、臉孔位置、推薦、播放、喜歡、略過與下載的紀錄、標題與筆記；絕不儲存聲音或影像。`,
    can: "估計的意義",
    canText:
      "聲音與演員演出某種情緒時的聲音有多相似，以及臉孔與被人標註為某種情緒的照片有多相似。陌生人的 10 段聲音，約能說對 5 段所演的情緒；10 張臉，約有 8 張與多數人所見相同。用來挑選音樂已經足夠。",
    cannot: "估計的限制",
    cannotText:
      "無法從臉孔或聲音可靠地判斷一個人的感受。情緒的表現因人、文化、年齡與健康狀況而異；反諷、感冒或昏暗的房間都可能造成誤判。切勿據此評斷、篩選或對待任何人。",
    law: "法律的限制",
    lawText:
      "在歐盟，除醫療或安全理由外，禁止在職場與教育機構推斷人的情緒（《人工智慧法》第 5 條第 1 項第 f 款）。在其他場合，必須告知被分析的人（第 50 條第 3 項），並適用個人資料保護法規。其他地區另有規定。",
  },
  upgrade: {
    what: "Moodcue 已升級。",
    advice: "此頁面是舊版，請重新載入以繼續。進行中的工作階段會結束，可以再重新開始。",
    reload: "重新載入",
  },
  token: {
    label: "權杖",
    hint: "儲存到此分頁關閉為止。",
  },
  ...live,
  ...pages,
  ...problems,
  music,
};
