import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const folder = fileURLToPath(new URL(".", import.meta.url));

/**
 * Builds the page to `out/page`; with `--mode simulated`, the same page on a simulated machine to `out/page-simulated`, for tests only.
 * The target is the oldest Chromium the program runs on; nothing is inlined, so that the page runs under a strict content security policy.
 */
export default defineConfig(({ mode }) => ({
  root: mode === "simulated" ? `${folder}simulated` : folder,
  base: "./",
  plugins: [react()],
  build: {
    outDir: `${folder}../out/${mode === "simulated" ? "page-simulated" : "page"}`,
    emptyOutDir: true,
    target: "chrome108",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
  },
}));
