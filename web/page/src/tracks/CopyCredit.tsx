import { useState } from "preact/hooks";

import type { TrackFacts } from "../server/wire";
import { words } from "../words";
import { Icon } from "../parts/Icon";
import "./CopyCredit.css";

/** Copies the credit; shows it for copying by hand if the clipboard is not available. */
export function CopyCredit({ track }: { track: Pick<TrackFacts, "title" | "credit"> }) {
  const { title, credit } = track;
  const [result, setResult] = useState<"copied" | "refused" | null>(null);

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(credit);
      setResult("copied");
      setTimeout(() => setResult(null), 2000);
    } catch {
      setResult("refused");
    }
  }

  const { copied, copyCredit } = words.value.track;
  if (result === "refused") return <span class="credit">{credit}</span>;
  return (
    <button type="button" class="link" title={credit} onClick={() => void copy()}>
      <Icon name="copy" />
      <span>
        <span aria-live="polite">{result === "copied" ? copied : copyCredit}</span>
        <span class="visually-hidden"> {title}</span>
      </span>
    </button>
  );
}
