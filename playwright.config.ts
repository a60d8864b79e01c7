import { defineConfig } from "@playwright/test";

/**
 * End-to-end tests, one at a time, because they measure; `npm test -- e2e/NAME` runs some of them.
 * `electron` drives the built program's window, `chromium` the served page in a browser, `packaged` what `npm run pack` makes.
 */
export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results/end-to-end",
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  forbidOnly: process.env["CI"] === "true",
  projects: [
    { name: "electron", testMatch: /e2e\/[^/]+\.spec\.ts$/ },
    {
      name: "chromium",
      testMatch: /e2e\/browser\/.+\.spec\.ts$/,
      use: {
        browserName: "chromium",
        viewport: { width: 1280, height: 820 },
        launchOptions: {
          executablePath: process.env["GILSCOPE_TEST_CHROMIUM"] ?? "",
          args: [
            ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
          ],
        },
      },
    },
    { name: "packaged", testMatch: /e2e\/packaged\/.+\.spec\.ts$/ },
  ],
});
