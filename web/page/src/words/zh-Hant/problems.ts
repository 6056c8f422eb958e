import type { problems as English } from "../en/problems";

export const problems: typeof English = {
  remedies: {
    share: "重新分享",
    upload: "改為上傳",
    play: "改在這裡播放",
    retry: "再試一次",
    "voice-only": "只用聲音",
    "face-only": "只用表情",
    sample: "試用範例短片",
    "sign-in": "輸入權杖",
  },
  retryIn: (seconds) => `再試一次（${seconds} 秒後）`,
  problems: {
    insecure: {
      what: "此頁面無法使用攝影機、麥克風與螢幕分享。",
      advice:
        "瀏覽器只在 HTTPS 或 localhost 上允許使用。請開啟 http://localhost，或讓 Moodcue 使用 HTTPS。",
    },
    cannotSend: {
      what: "這個瀏覽器無法傳送聲音或影像。",
      advice:
        "它不支援 WebRTC。請使用 Firefox、Chrome、Edge 或 Safari，或改為上傳檔案、從 OBS 串流。",
    },
    denied: {
      what: "攝影機與麥克風的存取遭到拒絕。",
      advice: "請點選網址列的攝影機圖示，允許存取後再試一次。兩者有一個即可。",
    },
    deniedCamera: {
      what: "攝影機的存取遭到拒絕。",
      advice: "請點選網址列的攝影機圖示，允許存取後再試一次；或只用聲音繼續。",
    },
    deniedMicrophone: {
      what: "麥克風的存取遭到拒絕。",
      advice: "請點選網址列的攝影機圖示，允許存取後再試一次；或只用表情繼續。",
    },
    noCamera: {
      what: "找不到攝影機。",
      advice: "接上攝影機後再試一次，或只用聲音繼續。",
    },
    noMicrophone: {
      what: "找不到麥克風。",
      advice: "接上麥克風後再試一次，或只用表情繼續。",
    },
    noDevices: {
      what: "找不到攝影機或麥克風。",
      advice: "請至少接上其中一個再試一次，或試用範例短片。",
    },
    nothingChosen: {
      what: "攝影機與麥克風都已關閉。",
      advice: "請至少選擇一個，或試用範例短片。",
    },
    busy: {
      what: "攝影機或麥克風正被使用中。",
      advice: "請關閉其他正在使用它的程式（通話、錄影），再試一次。",
    },
    unplugged: {
      what: "攝影機或麥克風中斷了。",
      advice: "請確認連接後再試一次。目前的結果都會保留。",
    },
    cannotShare: {
      what: "這個瀏覽器無法分享畫面。",
      advice: "手機與平板不支援。請使用電腦，或將要分享的內容錄下來，再選擇檔案。",
    },
    notShared: {
      what: "沒有分享任何畫面。",
      advice: "請重新分享，並在瀏覽器的對話框中選擇分頁、視窗或螢幕。",
    },
    nothingToShare: {
      what: "作業系統封鎖了螢幕分享。",
      advice:
        "請在系統設定中允許瀏覽器錄製螢幕（macOS：「隱私權與安全性」的「螢幕錄製」），再重新分享。",
    },
    silentShare: {
      what: "分享的來源沒有聲音：只分析表情。",
      advice:
        "若要包含聲音，請重新分享，選擇分頁並勾選「一併分享分頁音訊」。Chrome 與 Edge 支援；Firefox 與 Safari 不支援。",
    },
    unreadable: {
      what: "這個瀏覽器無法播放此檔案。",
      advice: "請改為上傳：伺服器支援更多格式。",
    },
    tooLarge: {
      what: "檔案對此伺服器而言太大。",
      advice: "請改在這裡播放，或請伺服器管理員調高 MOODCUE_MAX_UPLOAD。",
    },
    cut: {
      what: "上傳失敗。",
      advice: "連線中斷，或檔案在傳送時被移動或變更。請再試一次。",
    },
    unreachable: {
      what: "Moodcue 伺服器沒有回應。",
      advice: "請確認「moodcue serve」正在執行，再試一次。",
    },
    noMedia: {
      what: "無法將聲音與影像傳送到伺服器。",
      advice: "頁面可以連到伺服器，但影音無法傳送。防火牆或 VPN 可能封鎖了 UDP。",
    },
    away: {
      what: "Moodcue 伺服器沒有回應。",
      advice: "正在自動重新連線。請確認「moodcue serve」仍在執行。",
    },
    gone: {
      what: "伺服器結束了這個工作階段。",
      advice: "太久沒有收到影音，或伺服器已重新啟動。結果會保留到你重新開始為止。",
    },
    deleted: {
      what: "此工作階段已不存在。",
      advice: "它已被刪除，或保存期限已過。",
    },
    failed: {
      what: "伺服器結束了這個工作階段。",
      advice: (detail) => detail,
    },
    token: {
      what: "這部伺服器需要權杖。",
      advice: "請輸入啟動伺服器時設定的權杖。",
    },
    wrongToken: {
      what: "伺服器不接受這個權杖。",
      advice: "請輸入啟動伺服器時設定的權杖。",
    },
    offline: {
      what: "這首音樂無法播放。",
      advice: "它從網路串流，但遠端伺服器沒有回應。請檢查網路，或選擇標示「離線」的音樂。",
    },
    unplayable: {
      what: "這首音樂無法播放。",
      advice: "伺服器沒有傳送音訊。請選擇另一首。",
    },
    refused: {
      what: "伺服器無法完成這項要求。",
      advice: (detail) => detail,
    },
    status: {
      what: "伺服器傳回錯誤。",
      advice: (status) => `狀態碼：${status}。`,
    },
    unexpected: {
      what: "發生了預期之外的問題。",
      advice: (detail) => `${detail}。請再試一次；若再次發生，請回報。`,
    },
  },
};
