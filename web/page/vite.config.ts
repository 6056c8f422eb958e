import { defineConfig } from "vitest/config";

export default defineConfig({
  build: {
    outDir: "../static",
    emptyOutDir: true,
    target: "es2022",
    // Everything is a file of our own origin: the page runs under a strict Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: { input: ["index.html", "overlay.html"] },
  },
  test: { include: ["test/**/*.test.ts"], css: true },
});
