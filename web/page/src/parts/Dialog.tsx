import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import "./Dialog.css";

interface Props {
  /** A ref, for callers that close the dialog by code. */
  readonly dialog?: RefObject<HTMLDialogElement | null>;
  /** Id of the heading that names it. */
  readonly labelledBy: string;
  readonly class?: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** A modal dialog, open as long as it is rendered. */
export function Dialog({ dialog, labelledBy, class: className, onClose, children }: Props) {
  const own = useRef<HTMLDialogElement>(null);
  const ref = dialog ?? own;

  useEffect(() => ref.current?.showModal(), [ref]);

  return (
    <dialog ref={ref} class={className} aria-labelledby={labelledBy} onClose={onClose}>
      {children}
    </dialog>
  );
}
