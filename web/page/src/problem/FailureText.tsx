import { describeFailure } from "./problem";
import type { Failure } from "../server/wire";

/** What the server says of a failure, in the reader's language as far as the page has words. */
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
