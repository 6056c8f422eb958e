import { describeFailure } from "./problem";
import type { Failure } from "../server/wire";

/** Describes a failure in the user's language, or as the server describes it. */
export function FailureText({ of }: { of: Failure }) {
  const failure = describeFailure(of);
  return (
    <div>
      {failure === null ? (
        <p>{of.detail}</p>
      ) : (
        <>
          <strong>{failure.what}</strong>
          <p>{failure.advice}</p>
        </>
      )}
    </div>
  );
}
