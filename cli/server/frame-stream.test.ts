import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { NextFrame } from "../../core/page/protocol.ts";
import { decodeWire } from "../../core/page/wire.ts";
import { manyRuntimes } from "../../core/testing/scenarios.ts";
import { type SimulatedEngine, simulatedEngine } from "../../sampler/testing/simulated-engine.ts";
import { createViewerService, type ViewerService } from "../../sampler/viewer-service.ts";
import { exportersIn } from "../exporters.ts";
import { type RunningServer, startServer } from "../server.ts";

const MACHINE = manyRuntimes(60, 8);
const IDLE_MS = 1500;

let folder = "";
let engine: SimulatedEngine;
let service: ViewerService;
let server: RunningServer;
let asked = 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gilscope-frames-"));
  await mkdir(join(folder, "page"));
  await writeFile(join(folder, "page", "index.html"), "<!doctype html><title>page</title>");
  engine = simulatedEngine();
  const real = createViewerService({
    engine,
    welcome: () => ({ programVersion: "1", engine: "", shell: "browser", sandboxOff: false, intervalMs: 1000 }),
    saveFile: null,
    chooseRecording: null,
    copyText: null,
    exporters: exportersIn(folder),
  });
  asked = 0;
  service = {
    handle: (name, argument) => {
      asked += 1;
      return real.handle(name, argument);
    },
    openFile: (name, text) => real.openFile(name, text),
    close: () => real.close(),
  };
  const limits = { idleTimeoutMs: IDLE_MS };
  server = await startServer({ service, pageDirectory: join(folder, "page"), at: 0, limits });
});

afterEach(async () => {
  await service.close();
  await server.close();
  await rm(folder, { recursive: true });
});

const QUESTION = JSON.stringify({ source: "live", after: -1, selectedRowId: null });

function open(headers: Readonly<Record<string, string>> = {}, body = QUESTION): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      {
        host: "127.0.0.1",
        port: server.port!,
        method: "POST",
        path: "/api/frames",
        agent: false,
        headers: { authorization: `Bearer ${server.token}`, "content-type": "application/json", ...headers },
      },
      (response) => {
        // A test ends by hanging up.
        response.on("error", () => {});
        resolve(response);
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Sequences of the frames that arrive, as they arrive. */
function sequencesOf(response: IncomingMessage): number[] {
  const found: number[] = [];
  const zipped = response.headers["content-encoding"] === "gzip";
  const text = zipped ? response.pipe(createGunzip()) : response;
  text.on("error", () => {});
  createInterface({ input: text })
    .on("error", () => {})
    .on("line", (line) => {
      const { view } = decodeWire(line) as NextFrame;
      if (view !== null) found.push(view.sequence);
    });
  return found;
}

describe("a stream of frames", () => {
  it("sends each frame as it comes, compressed where that is wanted", async () => {
    for (const headers of [{}, { "accept-encoding": "gzip" }]) {
      engine.step(MACHINE);
      const response = await open(headers);
      expect(response.headers["content-type"]).toBe("application/x-ndjson");
      expect(response.headers["content-security-policy"]).toContain("default-src 'none'");
      const found = sequencesOf(response);
      for (let second = 0; second < 4; second += 1) {
        await vi.waitFor(() => expect(found).toHaveLength(second + 1));
        engine.step(MACHINE);
      }
      await vi.waitFor(() => expect(found).toHaveLength(5));
      expect(found).toEqual(Array.from({ length: 5 }, (_, index) => (found[0] ?? 0) + index));
      response.destroy();
    }
  });

  it("is refused like any request: token, argument, source", async () => {
    expect((await open({ authorization: "Bearer x" })).statusCode).toBe(401);
    expect((await open({}, "{}")).statusCode).toBe(400);
    expect((await open({}, QUESTION.replace("live", "file-9"))).statusCode).toBe(400);
    expect((await open({ origin: "http://evil.example" })).statusCode).toBe(403);
  });

  it("leaves out frames for a viewer that does not read, and lets go of it", async () => {
    engine.step(MACHINE);
    const reading = sequencesOf(await open());
    await vi.waitFor(() => expect(reading).toHaveLength(1));
    const socket = connect(server.port!, "127.0.0.1");
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    socket.on("error", () => {});
    socket.pause();
    socket.write(
      `POST /api/frames HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${server.token}\r\nContent-Type: application/json\r\nContent-Length: ${QUESTION.length}\r\n\r\n${QUESTION}`,
    );
    const steps = 250;
    for (let second = 0; second < steps; second += 1) {
      engine.step(MACHINE);
      await vi.waitFor(() => expect(reading.length).toBeGreaterThan(second + 1), { interval: 2 });
    }
    // One question for each frame the reader got; the other stopped asking when the system's buffers were full.
    const ofTheOther = asked - reading.length;
    expect(ofTheOther).toBeGreaterThan(0);
    expect(ofTheOther).toBeLessThan(steps * 0.8);
    const before = asked;
    await vi.waitFor(
      () => {
        engine.step(MACHINE);
        expect(asked).toBeGreaterThan(before);
      },
      { interval: 50 },
    );
    socket.resume();
    await closed;
  }, 60_000);

  it("serves a hundred viewers the same frame and refuses more than it can", async () => {
    engine.step(MACHINE);
    const viewers = await Promise.all(Array.from({ length: 100 }, () => open({ "accept-encoding": "gzip" })));
    expect(viewers.every(({ statusCode }) => statusCode === 200)).toBe(true);
    const found = viewers.map(sequencesOf);
    await vi.waitFor(() => expect(found.every((sequences) => sequences.length === 1)).toBe(true), { timeout: 15_000 });
    for (let second = 0; second < 3; second += 1) {
      engine.step(MACHINE);
      await vi.waitFor(() => expect(found.every((sequences) => sequences.length === second + 2)).toBe(true), {
        timeout: 15_000,
      });
    }
    // One that asks for what comes next is answered only then.
    const later = QUESTION.replace("-1", String(found[0]?.at(-1)));
    const statuses: (number | undefined)[] = [];
    const more = Array.from({ length: 60 }, () =>
      open({}, later).then((response) => {
        statuses.push(response.statusCode);
        return response;
      }),
    );
    await vi.waitFor(() => expect(statuses.filter((status) => status === 429)).toHaveLength(32), { timeout: 5000 });
    engine.step(MACHINE);
    for (const response of [...viewers, ...(await Promise.all(more))]) response.destroy();
  }, 60_000);
});
