import { useState } from "preact/hooks";

import { type Problem, type Remedy, told } from "../problem";
import { words } from "../words";
import { Icon } from "./Icon";
import { TokenDialog } from "./TokenDialog";

interface Props {
  readonly problem: Problem;
  readonly onRemedy: (kind: Exclude<Remedy, "sign-in">) => void;
  readonly onDismiss: () => void;
}

/** What happened, and what to do about it. */
export function ProblemBanner({ problem, onRemedy, onDismiss }: Props) {
  const [asking, setAsking] = useState(true);
  const { what, advice } = told(problem);
  return (
    <section class="problem" role="alert" data-testid="error">
      <Icon name="warning" />
      <div>
        <strong>{what}</strong>
        <p>{advice}</p>
      </div>
      <div class="remedies">
        {problem.remedies.map((kind) => (
          <button
            type="button"
            key={kind}
            onClick={() => (kind === "sign-in" ? setAsking(true) : onRemedy(kind))}
          >
            {words.value.remedies[kind]}
          </button>
        ))}
        <button type="button" class="quiet" aria-label={words.value.common.dismiss} onClick={onDismiss}>
          <Icon name="close" />
        </button>
      </div>
      {asking && problem.remedies.includes("sign-in") && (
        <TokenDialog
          title={what}
          onToken={() => onRemedy("retry")}
          onClose={() => setAsking(false)}
        />
      )}
    </section>
  );
}
