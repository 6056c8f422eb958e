const PATHS = {
  play: "M8 5v14l11-7z",
  pause: "M7 5h3.5v14H7zM13.5 5H17v14h-3.5z",
  download: "M12 4v11m-5-4.5 5 5 5-5M5 20h14",
  copy: "M9 9h10v11H9zM5 15V4h10",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14M16 16l5 5",
  folder: "M3 6h6l2 2h10v11H3z",
  close: "M6 6l12 12M18 6 6 18",
  camera: "M3 7h12v10H3zM15 11l6-3v8l-6-3z",
  microphone: "M12 3a3 3 0 0 1 3 3v6a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v4",
  sound: "M4 9v6h4l5 4V5L8 9zM16.5 8.5a5 5 0 0 1 0 7M19 6a8.5 8.5 0 0 1 0 12",
  silence: "M4 9v6h4l5 4V5L8 9zM17 9.5l5 5M22 9.5l-5 5",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  warning: "M12 4 2.5 20h19zM12 10v5M12 17.5v.2",
} as const;

const SOLID: ReadonlySet<string> = new Set(["play", "pause"]);

/** A small sign beside words, or inside a button that has a label of its own. */
export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg class={SOLID.has(name) ? "icon solid" : "icon"} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
