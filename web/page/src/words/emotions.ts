/** Names of the emotions; separate because the overlay needs no other text. */

import type { Emotion } from "../emotion/emotion";
import type { Language } from "./language";

export const EMOTION_WORDS: Readonly<Record<Language, Readonly<Record<Emotion, string>>>> = {
  en: {
    neutral: "Neutral",
    calm: "Calm",
    happy: "Happy",
    sad: "Sad",
    angry: "Angry",
    fearful: "Fearful",
    disgust: "Disgusted",
    surprised: "Surprised",
  },
  "zh-Hant": {
    neutral: "中性",
    calm: "平靜",
    happy: "快樂",
    sad: "悲傷",
    angry: "憤怒",
    fearful: "恐懼",
    disgust: "厭惡",
    surprised: "驚訝",
  },
};
