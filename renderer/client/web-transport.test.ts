import { describe, expect, it } from "vitest";
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

describe("tokenOf", () => {
  it("reads the token of the address", () => {
    expect(tokenOf("#token=abc")).toBe("abc");
    expect(tokenOf("#token=")).toBeNull();
    expect(tokenOf("")).toBeNull();
  });
});
