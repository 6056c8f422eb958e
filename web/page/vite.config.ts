import { defineConfig } from "vitest/config";

export default defineConfig({
  build: {
    outDir: "../static",
    emptyOutDir: true,
    target: "es2022",
    // The first that know light-dark(), as OBS 31 does: rewritten for older ones it holds for a whole
    // page alone, and not for what lies over a picture.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // Everything is a file of our own origin: the page runs under a strict Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: { input: ["index.html", "overlay.html"] },
  },
  test: { include: ["test/**/*.test.ts"], setupFiles: "test/setup.ts", css: true },
});
