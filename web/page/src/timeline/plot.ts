/** Shared parts of all charts: colours and resizing. */

import { useEffect, useRef } from "preact/hooks";
import type uPlot from "uplot";

import { EMOTIONS } from "../emotion/emotion";
import { theme } from "../browser/theme";
import "uplot/dist/uPlot.min.css";
import "./plot.css";

/** Returns a lookup of the style sheet's colours in the current scheme. */
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

/** Keeps a chart in an element; rebuilds it when the scheme or `build` changes. */
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
