/** What all charts have in common: colours of the scheme, and the width there is. */

import { useEffect, useRef } from "preact/hooks";
import type uPlot from "uplot";

import { EMOTIONS } from "../emotion/emotion";
import { theme } from "../browser/theme";
import "uplot/dist/uPlot.min.css";
import "./plot.css";

/** A function that returns a colour of the style sheet, where they follow the light or dark scheme. */
export function colours(element: HTMLElement): (name: string) => string {
  const probe = document.createElement("span");
  element.append(probe);
  const names = [...EMOTIONS, "text", "muted", "line", "surface"];
  const found = new Map(
    names.map((name) => {
      probe.style.color = `var(--${name})`;
      return [name, getComputedStyle(probe).color];
    }),
  );
  probe.remove();
  return (name) => found.get(name) ?? "gray";
}

/** Keeps a chart in an element: built anew with the scheme and with `build`, as wide as its place. */
export function usePlot(height: number, build: (element: HTMLElement) => uPlot) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);

  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const rebuild = (): void => {
      chart.current?.destroy();
      chart.current = build(element);
    };
    const size = new ResizeObserver(() =>
      chart.current?.setSize({ width: element.clientWidth, height }),
    );
    size.observe(element);
    const unfollow = theme.subscribe(() => rebuild());
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", rebuild);
    return () => {
      size.disconnect();
      unfollow();
      dark.removeEventListener("change", rebuild);
      chart.current?.destroy();
      chart.current = null;
    };
  }, [build, height]);

  return { place, chart };
}
