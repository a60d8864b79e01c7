import { describe, expect, it, vi } from "vitest";
import { encodeWire } from "../../core/page/wire.ts";
import { createWebTransport, tokenOf } from "./web-transport.ts";

const answering = (status: number, text: string) =>
  createWebTransport("secret", (async () => new Response(text, { status })) as typeof fetch);

describe("the web transport", () => {
  it("posts to the same origin with the token and keeps typed arrays and NaN", async () => {
    const calls: [unknown, RequestInit | undefined][] = [];
    const transport = createWebTransport("secret", (async (address: unknown, options?: RequestInit) => {
      calls.push([address, options]);
      return new Response(encodeWire({ rowIds: [1], points: 2, cpuCores: Float32Array.of(1, Number.NaN) }));
    }) as typeof fetch);
    const argument = { source: "live", rowIds: [1], untilWallMs: null, seconds: 60, points: 2 } as const;
    const answer = await transport.request("sparklines", argument);
    expect(answer.cpuCores).toEqual(Float32Array.of(1, Number.NaN));
    expect(calls[0]?.[0]).toBe("/api/sparklines");
    expect(calls[0]?.[1]?.headers).toMatchObject({ Authorization: "Bearer secret" });
    expect(calls[0]?.[1]).toMatchObject({ method: "POST", credentials: "omit", redirect: "error" });
  });

  it("tells a refusal, a failure and silence apart", async () => {
    await expect(answering(401, "").request("welcome", null)).rejects.toMatchObject({ kind: "refused" });
    await expect(
      answering(400, '{"error":{"code":"bad","message":"No such source."}}').request("welcome", null),
    ).rejects.toMatchObject({ kind: "failed", message: "No such source." });
    await expect(answering(500, "<html>").request("welcome", null)).rejects.toMatchObject({ kind: "failed" });
    const dead = createWebTransport("secret", (async () => {
      throw new TypeError("Failed to fetch");
    }) as typeof fetch);
    await expect(dead.request("welcome", null)).rejects.toMatchObject({ kind: "unreachable" });
  });
});

describe("frames over the web", () => {
  const question = { source: "live", after: -1, selectedRowId: null } as const;
  const frame = (sequence: number) => encodeWire({ status: { state: "live" }, view: { sequence } });

  /** A transport whose streams the test writes to. */
  const streaming = () => {
    const opened: { write(text: string): void; end(): void; aborted(): boolean }[] = [];
    const transport = createWebTransport("secret", (async (_address: unknown, options?: RequestInit) => {
      let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
      const body = new ReadableStream<Uint8Array>({ start: (given) => (controller = given) });
      options?.signal?.addEventListener("abort", () => controller?.error(new Error("aborted")));
      opened.push({
        write: (text) => controller?.enqueue(new TextEncoder().encode(text)),
        end: () => controller?.close(),
        aborted: () => options?.signal?.aborted === true,
      });
      return new Response(body);
    }) as typeof fetch);
    return { transport, opened };
  };
  const sequenceOf = async (answer: Promise<unknown>) =>
    ((await answer) as { view: { sequence: number } }).view.sequence;

  it("come on one request, cut anywhere; of several only the newest is handed out", async () => {
    const { transport, opened } = streaming();
    const first = transport.request("nextFrame", question);
    await vi.waitFor(() => expect(opened).toHaveLength(1));
    const text = `${frame(1)}\n`;
    opened[0]?.write(text.slice(0, 7));
    opened[0]?.write(text.slice(7));
    expect(await sequenceOf(first)).toBe(1);
    opened[0]?.write(`${frame(2)}\n${frame(3)}\n${frame(4)}\n${frame(5).slice(0, 5)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await sequenceOf(transport.request("nextFrame", { ...question, after: 1 }))).toBe(4);
    const next = transport.request("nextFrame", { ...question, after: 4 });
    opened[0]?.write(`${frame(5).slice(5)}\n`);
    expect(await sequenceOf(next)).toBe(5);
    expect(await sequenceOf(transport.request("nextFrame", question))).toBe(5);
    expect(opened).toHaveLength(1);
  });

  it("begin again for another selection, and after the connection broke", async () => {
    const { transport, opened } = streaming();
    const first = transport.request("nextFrame", question);
    await vi.waitFor(() => expect(opened).toHaveLength(1));
    opened[0]?.write(`${frame(1)}\n`);
    await first;
    const other = transport.request("nextFrame", { ...question, selectedRowId: 7 });
    await vi.waitFor(() => expect(opened).toHaveLength(2));
    expect(opened[0]?.aborted()).toBe(true);
    opened[1]?.end();
    await expect(other).rejects.toMatchObject({ kind: "unreachable" });
    const again = transport.request("nextFrame", { ...question, selectedRowId: 7 });
    await vi.waitFor(() => expect(opened).toHaveLength(3));
    opened[2]?.write('{"error":{"code":"unknown-source","message":"This file is not open any more."}}\n');
    await expect(again).rejects.toMatchObject({ kind: "failed", message: "This file is not open any more." });
    await expect(answering(401, "").request("nextFrame", question)).rejects.toMatchObject({ kind: "refused" });
  });
});

describe("tokenOf", () => {
  it("reads the token of the address", () => {
    expect(tokenOf("#token=abc")).toBe("abc");
    expect(tokenOf("#token=")).toBeNull();
    expect(tokenOf("")).toBeNull();
  });
});
