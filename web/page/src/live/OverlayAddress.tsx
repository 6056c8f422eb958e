import { useState } from "preact/hooks";

import { type Part, PARTS, type Theme, THEMES } from "../overlay/options";
import type { OpenedSession } from "../server/wire";
import { words } from "../words";
import { Copyable } from "../parts/Copyable";
import "./OverlayAddress.css";

/** The address of the overlay for OBS, with its options. */
export function OverlayAddress({ session }: { session: OpenedSession }) {
  const [theme, setTheme] = useState<Theme>("dark");
  const [shown, setShown] = useState<readonly Part[]>(PARTS);
  const text = words.value.overlay;
  const address = new URL(session.links.overlay, location.href);
  address.searchParams.set("theme", theme);
  address.searchParams.set("show", shown.join(","));

  function toggle(part: Part): void {
    const others = PARTS.filter((each) => (each === part) !== shown.includes(each));
    if (others.length > 0) setShown(others);
  }

  return (
    <details class="card overlay-address">
      <summary>{text.title}</summary>
      <p class="hint">{text.text}</p>
      <div class="row">
        <div class="choice" role="group" aria-label={text.theme}>
          {THEMES.map((each) => (
            <button
              type="button"
              key={each}
              aria-pressed={theme === each}
              onClick={() => setTheme(each)}
            >
              {text.themes[each]}
            </button>
          ))}
        </div>
        <div class="choice" role="group" aria-label={text.show}>
          {PARTS.map((each) => (
            <button
              type="button"
              key={each}
              aria-pressed={shown.includes(each)}
              onClick={() => toggle(each)}
            >
              {text.shows[each]}
            </button>
          ))}
        </div>
      </div>
      <Copyable label={text.address} value={address.href} secret />
    </details>
  );
}
