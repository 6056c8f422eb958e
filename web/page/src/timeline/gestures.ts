/** Gestures on a timeline: zoom, pan and select by wheel, touch and mouse. */

/** All values are fractions of the strip's width. */
export interface Gestures {
  readonly zoom: (factor: number, centre: number) => void;
  readonly pan: (by: number) => void;
  readonly tap: (at: number) => void;
}

/** Pixels a pointer must move to start a drag. */
const SLACK = 4;

/** Zoom speed of the wheel: 100 px change the zoom by a fifth. */
const PER_PIXEL = 0.002;

/**
 * Handles gestures until the returned function is called; `strip` is the part of the element that
 * shows time. The wheel scrolls the page unless the element has the focus or Ctrl is held, which is
 * also how browsers report pinching.
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
    // The button may have been released outside the window.
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
      // The moment under the other finger stays in place.
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
