import type { Signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";

import { type Problem, type Remedy, describeProblem } from "./problem";
import { words } from "../words";
import { Icon } from "../parts/Icon";
import { TokenDialog } from "./TokenDialog";
import "./ProblemBanner.css";

interface PageProps {
  readonly of: Signal<Problem | null>;
  readonly onRemedy: Props["onRemedy"];
}

/** The problem of a page, until it is dismissed. */
export function PageProblem({ of, onRemedy }: PageProps) {
  if (of.value === null) return null;
  return (
    <ProblemBanner problem={of.value} onRemedy={onRemedy} onDismiss={() => (of.value = null)} />
  );
}

interface Props {
  readonly problem: Problem;
  readonly onRemedy: (kind: Exclude<Remedy, "sign-in">) => void;
  readonly onDismiss: () => void;
}

/** Describes a problem and offers remedies. */
export function ProblemBanner({ problem, onRemedy, onDismiss }: Props) {
  const [asking, setAsking] = useState(true);
  const left = useCountdown(problem);
  const { what, advice } = describeProblem(problem);
  const { remedies, retryIn, common } = words.value;
  return (
    <section class="problem">
      <Icon name="warning" />
      <div role="alert">
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
            {kind === "retry" && left > 0 ? retryIn(left) : remedies[kind]}
          </button>
        ))}
        <button type="button" class="quiet" aria-label={common.dismiss} onClick={onDismiss}>
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

/** Counts down the seconds until a retry makes sense. */
function useCountdown(problem: Problem): number {
  const seconds = problem.retryAfter ?? 0;
  const [left, setLeft] = useState(seconds);

  useEffect(() => {
    setLeft(seconds);
    if (seconds === 0) return;
    const until = performance.now() + 1000 * seconds;
    const timer = window.setInterval(() => {
      const rest = Math.max(0, Math.ceil((until - performance.now()) / 1000));
      setLeft(rest);
      if (rest === 0) window.clearInterval(timer);
    }, 1000);
    return () => window.clearInterval(timer);
  }, [problem, seconds]);

  return left;
}
