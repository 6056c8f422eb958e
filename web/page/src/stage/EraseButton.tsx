import { useState } from "preact/hooks";

import { erase } from "../session/session";
import type { OpenedSession } from "../server/wire";
import { words } from "../words";
import { ConfirmDialog } from "../parts/ConfirmDialog";
import { Icon } from "../parts/Icon";

/** Deletes the session after a confirmation. */
export function EraseButton({ session }: { session: OpenedSession }) {
  const [asking, setAsking] = useState(false);
  const text = words.value.stage;
  return (
    <>
      <button type="button" class="quiet" onClick={() => setAsking(true)}>
        <Icon name="bin" />
        {text.erase}
      </button>
      {asking && (
        <ConfirmDialog
          title={text.eraseTitle}
          text={text.eraseText}
          action={text.erase}
          onConfirm={() => void erase(session)}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
