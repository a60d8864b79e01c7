import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{core,words,sampler,cli,electron,renderer,build,e2e}/**/*.test.{ts,tsx}"],
    testTimeout: 20_000,
  },
});
