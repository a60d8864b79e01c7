import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CliContext } from "./context.ts";
import { launchCommand } from "./launched-command.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "launched-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A context whose PATH leads to a `setpriv` with this script before all others. */
function withSetpriv(script: string): CliContext {
  writeFileSync(join(folder, "setpriv"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, "setpriv"), 0o755);
  return {
    environment: { PATH: `${folder}:${process.env["PATH"]}` },
    bundleDirectory: folder,
    programVersion: "test",
    columns: null,
    print: () => Promise.resolve(),
    note: () => undefined,
  };
}

describe.skipIf(process.platform !== "linux")("a started command", () => {
  it("is started by a setpriv that can tell the kernel to end it with this process", async () => {
    const context = withSetpriv('[ "$1" = --help ] && { echo " --pdeathsig"; exit; }; shift 3; exec "$@"');
    const launched = await launchCommand(["sh", "-c", "exit 7"], context);
    expect(await launched.ended).toBe(7);
  });

  it("is started all the same where setpriv can't do that, as BusyBox's", async () => {
    const context = withSetpriv('echo "unrecognized option" >&2; exit 1');
    const launched = await launchCommand(["sh", "-c", "exit 7"], context);
    expect(await launched.ended).toBe(7);
  });
});
