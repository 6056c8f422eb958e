import { useState } from "preact/hooks";

import type { Problem, Remedy } from "../problem";
import { Icon } from "./Icon";
import { TokenDialog } from "./TokenDialog";

const WORDS: Readonly<Record<Remedy, string>> = {
  retry: "Try again",
  "voice-only": "Voice only",
  "face-only": "Face only",
  sample: "Try the sample clip",
  "sign-in": "Enter token",
};

interface Props {
  readonly problem: Problem;
  readonly onRemedy: (kind: Exclude<Remedy, "sign-in">) => void;
  readonly onDismiss: () => void;
}

/** What happened, and what to do about it. */
export function ProblemBanner({ problem, onRemedy, onDismiss }: Props) {
  const [asking, setAsking] = useState(true);
  return (
    <section class="problem" role="alert" data-testid="error">
      <Icon name="warning" />
      <div>
        <strong>{problem.what}</strong>
        <p>{problem.advice}</p>
      </div>
      <div class="remedies">
        {problem.remedies.map((kind) => (
          <button
            type="button"
            key={kind}
            onClick={() => (kind === "sign-in" ? setAsking(true) : onRemedy(kind))}
          >
            {WORDS[kind]}
          </button>
        ))}
        <button type="button" class="quiet" aria-label="Dismiss" onClick={onDismiss}>
          <Icon name="close" />
        </button>
      </div>
      {asking && problem.remedies.includes("sign-in") && (
        <TokenDialog
          title={problem.what}
          onToken={() => onRemedy("retry")}
          onClose={() => setAsking(false)}
        />
      )}
    </section>
  );
}
