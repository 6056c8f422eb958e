/** Zooming, panning and choosing on a strip of time by wheel, fingers and mouse. */

/** Everything in fractions of the strip's width, from its left. */
export interface Gestures {
  readonly zoom: (factor: number, centre: number) => void;
  readonly pan: (by: number) => void;
  readonly tap: (at: number) => void;
}

/** Pixels that a pressed pointer moves before it drags. */
const SLACK = 4;

/** How fast a wheel zooms: a notch of 100 px changes by a fifth. */
const PER_PIXEL = 0.002;

/**
 * Watches an element until the returned function is called; `strip` is the part of it that holds the
 * time. The wheel belongs to the page until the element has the focus or Ctrl is held, as it is when
 * a touchpad is pinched: nobody gets stuck on the way down the page.
 */
export function watchGestures(
  element: HTMLElement,
  strip: () => HTMLElement,
  { zoom, pan, tap }: Gestures,
): () => void {
  const pressed = new Map<number, number>();
  let dragged = false;

  const fraction = (clientX: number): number => {
    const { left, width } = strip().getBoundingClientRect();
    return (clientX - left) / width;
  };

  function wheel(event: WheelEvent): void {
    const pinched = event.ctrlKey || event.metaKey;
    if (!pinched && !element.contains(document.activeElement)) return;
    event.preventDefault();
    const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (sideways) pan((event.deltaX || event.deltaY) / strip().clientWidth);
    else zoom(Math.exp(event.deltaY * PER_PIXEL * (pinched ? 4 : 1)), fraction(event.clientX));
  }

  function down(event: PointerEvent): void {
    if (event.button !== 0) return;
    if (pressed.size === 0) dragged = false;
    pressed.set(event.pointerId, event.clientX);
  }

  function move(event: PointerEvent): void {
    const before = pressed.get(event.pointerId);
    // It may have been let go where nobody saw it.
    if (event.buttons === 0) pressed.delete(event.pointerId);
    if (before === undefined || event.buttons === 0) return;
    if (!dragged && pressed.size === 1 && Math.abs(event.clientX - before) < SLACK) return;
    if (!dragged) element.setPointerCapture(event.pointerId);
    dragged = true;
    pressed.set(event.pointerId, event.clientX);
    const other = [...pressed].find(([id]) => id !== event.pointerId)?.[1];
    if (other === undefined) {
      pan(fraction(before) - fraction(event.clientX));
    } else {
      // The other finger stays on its moment while this one draws away from it.
      const apart = Math.max(Math.abs(event.clientX - other), 1);
      zoom(Math.max(Math.abs(before - other), 1) / apart, fraction(other));
    }
  }

  function up(event: PointerEvent): void {
    if (pressed.delete(event.pointerId) && !dragged) tap(fraction(event.clientX));
  }

  function cancel(event: PointerEvent): void {
    pressed.delete(event.pointerId);
  }

  element.addEventListener("wheel", wheel, { passive: false });
  element.addEventListener("pointerdown", down);
  element.addEventListener("pointermove", move);
  element.addEventListener("pointerup", up);
  element.addEventListener("pointercancel", cancel);
  return () => {
    element.removeEventListener("wheel", wheel);
    element.removeEventListener("pointerdown", down);
    element.removeEventListener("pointermove", move);
    element.removeEventListener("pointerup", up);
    element.removeEventListener("pointercancel", cancel);
  };
}
