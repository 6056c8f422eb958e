import { defineConfig } from "vitest/config";

export default defineConfig({
  build: {
    outDir: "../static",
    emptyOutDir: true,
    target: "es2022",
    // The first versions with light-dark(); OBS 31 has it too. For older ones, Vite would rewrite it to
    // follow the scheme of the whole page, but labels over pictures have a scheme of their own.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // Everything is a file of our own origin: the page runs under a strict Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: { input: ["index.html", "overlay.html"] },
  },
  test: { include: ["test/**/*.test.ts"], setupFiles: "test/setup.ts", css: true },
});
