import type { Signal } from "@preact/signals";

import { CLOSER, pan, rangeOf, type View, WHOLE, zoom } from "./view";
import { words } from "../words";
import { Icon } from "../parts/Icon";
import "./ZoomButtons.css";

/** Buttons to zoom and pan. */
export function ZoomButtons({ view, length }: { view: Signal<View>; length: number }) {
  const text = words.value.timeline;
  const { from, to } = rangeOf(view.value, length);
  const whole = view.value.seconds === null;
  return (
    <div class="zoom" role="group" aria-label={text.zoom}>
      {!whole && (
        <>
          <button
            type="button"
            class="quiet"
            aria-label={text.earlier}
            title={text.earlier}
            onClick={() => (view.value = pan(view.value, length, (from - to) / 2))}
          >
            <Icon name="earlier" />
          </button>
          <button
            type="button"
            class="quiet"
            aria-label={text.later}
            title={text.later}
            disabled={view.value.end === null}
            onClick={() => (view.value = pan(view.value, length, (to - from) / 2))}
          >
            <Icon name="later" />
          </button>
        </>
      )}
      <button
        type="button"
        class="quiet"
        aria-label={text.closer}
        title={text.closer}
        onClick={() => (view.value = zoom(view.value, length, CLOSER))}
      >
        <Icon name="closer" />
      </button>
      <button
        type="button"
        class="quiet"
        aria-label={text.further}
        title={text.further}
        disabled={whole}
        onClick={() => (view.value = zoom(view.value, length, 1 / CLOSER))}
      >
        <Icon name="further" />
      </button>
      <button type="button" class="quiet" disabled={whole} onClick={() => (view.value = WHOLE)}>
        {text.whole}
      </button>
    </div>
  );
}
