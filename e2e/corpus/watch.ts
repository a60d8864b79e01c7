import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Frame } from "../../core/frame/frame.ts";
import type { Basis, VerdictId } from "../../core/verdict/verdict.ts";
import type { Engine } from "../../sampler/engine.ts";
import { sentence } from "../../words/sentences.ts";
import { endChild } from "../harness/ending.ts";

/** What was said of one runtime. */
export interface Said {
  readonly pid: number;
  readonly verdict: VerdictId;
  readonly basis: Basis;
  readonly confidence: number;
  readonly said: string;
  /** The sentences behind it. */
  readonly evidence: readonly string[];
  readonly windowSeconds: number;
  readonly probePasses: number;
  readonly obstacle: string | null;
}

/** One frame as the watching process prints it. */
export interface WatchedFrame {
  readonly wallMs: number;
  readonly runtimes: readonly Said[];
}

/** `full`: the rights of whoever runs the benchmark; `none`: another user's, who may read no other process. */
export type Rights = "full" | "none";

/** An engine in a process of its own. */
export interface Watch {
  readonly rights: Rights;
  /** Calls the listener with each new frame; the answer stops that. */
  onFrame(listener: (frame: WatchedFrame) => void): () => void;
  stop(): Promise<void>;
}

/** Follows an engine of this process. */
export function watchEngine(engine: Engine): Watch {
  return {
    rights: "full",
    onFrame: (listener) =>
      engine.onChange(() => {
        const frame = engine.frame();
        if (frame !== null) listener(watchedFrame(frame));
      }),
    stop: () => engine.stop(),
  };
}

/** What a frame says of its runtimes. */
export function watchedFrame(frame: Frame): WatchedFrame {
  return {
    wallMs: frame.wallMs,
    runtimes: frame.runtimes.map(({ pid, verdict, windowSeconds, probeObstacle, probePasses }) => ({
      pid,
      verdict: verdict.id,
      basis: verdict.basis,
      confidence: verdict.confidence,
      said: sentence(verdict.headline),
      evidence: verdict.evidence.map((message) => sentence(message)),
      windowSeconds,
      probePasses,
      obstacle: probeObstacle,
    })),
  };
}

/** User and group that own nothing. */
const NOBODY = 65534;
const FIRST_FRAME_PATIENCE_MS = 15_000;
const FILES = ["watcher.cjs", "sampler-tables.cjs", "sampler-probe.cjs", "sampler-portable.cjs"];

/** Whether this process may start one without rights. */
export function mayGiveUpRights(): boolean {
  return process.getuid?.() === 0;
}

/**
 * Starts watching the machine; resolves with the first frame, rejects when there is none in 15 s.
 * @param directory Holds the watcher's and the workers' bundles
 */
export async function startWatch(directory: string, rights: Rights): Promise<Watch> {
  const copy = rights === "none" ? readableCopy(directory) : null;
  const folder = copy ?? directory;
  const child = spawn(process.execPath, [join(folder, "watcher.cjs"), folder], {
    stdio: ["pipe", "pipe", "inherit"],
    cwd: "/",
    ...(rights === "none" ? { uid: NOBODY, gid: NOBODY } : {}),
  });
  const listeners = new Set<(frame: WatchedFrame) => void>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    const frame = JSON.parse(line) as WatchedFrame;
    for (const listener of [...listeners]) listener(frame);
  });
  const stop = async (): Promise<void> => {
    await endChild(child);
    if (copy !== null) rmSync(copy, { recursive: true, force: true });
  };
  const watch: Watch = {
    rights,
    onFrame: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop,
  };
  try {
    await firstFrame(child, watch);
  } catch (error) {
    await stop();
    throw error;
  }
  return watch;
}

/** The project's folder may be closed to others. */
function readableCopy(directory: string): string {
  const folder = mkdtempSync(join(tmpdir(), "gilscope-watch-"));
  chmodSync(folder, 0o755);
  for (const file of FILES) {
    copyFileSync(join(directory, file), join(folder, file));
    chmodSync(join(folder, file), 0o644);
  }
  return folder;
}

function firstFrame(child: ChildProcess, watch: Watch): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the watching process gave no frame")), FIRST_FRAME_PATIENCE_MS);
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      unsubscribe();
      finish();
    };
    const unsubscribe = watch.onFrame(() => settle(resolve));
    child.once("exit", (code) => settle(() => reject(new Error(`the watching process ended with ${code}`))));
    child.once("error", (error) => settle(() => reject(error)));
  });
}
