import "./Icon.css";

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
  screen: "M3 5h18v11H3zM8 20h8M12 16v4",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  whip: "M12 12v8M8.5 20h7M12 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4M7.5 14.5a6.4 6.4 0 0 1 0-9M16.5 5.5a6.4 6.4 0 0 1 0 9",
  device: "M6 4v9M6 17v3M12 4v3M12 11v9M18 4v10M18 18v2M4 15h4M10 9h4M16 16h4",
  url: "M10 14a4 4 0 0 0 6 0l3-3a4.2 4.2 0 0 0-6-6l-1.5 1.5M14 10a4 4 0 0 0-6 0l-3 3a4.2 4.2 0 0 0 6 6l1.5-1.5",
  bin: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5",
  closer: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M15.5 15.5 21 21M7.5 10.5h6M10.5 7.5v6",
  further: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M15.5 15.5 21 21M7.5 10.5h6",
  earlier: "M15 5l-7 7 7 7",
  later: "M9 5l7 7-7 7",
  pencil: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  heart: "M12 20C5 15 3 12 3 8.5A4.5 4.5 0 0 1 12 7a4.5 4.5 0 0 1 9 1.5C21 12 19 15 12 20z",
  skip: "M5 6l8 6-8 6zM13 6l6 6-6 6",
  back: "M18 6l-8 6 8 6zM6 6v12",
  forward: "M6 6l8 6-8 6zM18 6v12",
  loop: "M4 11a7 7 0 0 1 12-4l3 3M19 5v5h-5M20 13a7 7 0 0 1-12 4l-3-3M5 19v-5h5",
  fade: "M3 19h18M3 19 9 6h6l6 13",
  speech: "M4 5h16v11H11l-5 4v-4H4zM8 9h8M8 12h5",
  filter: "M4 6h16M7 12h10M10 18h4",
  hand: "M8 12V6a1.5 1.5 0 0 1 3 0v5M11 11V4.5a1.5 1.5 0 0 1 3 0V11M14 11V6a1.5 1.5 0 0 1 3 0v8a6 6 0 0 1-6 6c-3 0-4.5-1.5-6.5-5.5a1.5 1.5 0 0 1 2.6-1.5L8 14",
  help: "M9 9a3 3 0 1 1 4 2.8c-.7.3-1 .8-1 1.7M12 17v.2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18",
  spark: "M12 3l1.8 5.2L19 10l-5.2 1.8L12 17l-1.8-5.2L5 10l5.2-1.8zM19 16v4M17 18h4",
  warning: "M12 4 2.5 20h19zM12 10v5M12 17.5v.2",
} as const;

export type IconName = keyof typeof PATHS;

const SOLID: ReadonlySet<string> = new Set(["play", "pause"]);

/** A decorative icon. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class={SOLID.has(name) ? "icon solid" : "icon"} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
