import { inWords } from "./problem";
import type { Failure } from "../server/wire";

/** What the server says of a failure, in the reader's language as far as the page has words. */
export function FailureText({ of }: { of: Failure }) {
  const said = inWords(of);
  return (
    <div>
      {said === null ? (
        <p>{of.detail}</p>
      ) : (
        <>
          <strong>{said.what}</strong>
          <p>{said.advice}</p>
        </>
      )}
    </div>
  );
}
