import type { Readable, Writable } from "node:stream";

/** Answer to one DevTools command. */
interface Answer {
  readonly id?: number;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

/**
 * Speaks Chromium's DevTools protocol over the two pipes of `--remote-debugging-pipe`.
 * Playwright drives Electron through Node's inspector, which the packed program has not.
 */
export class DevToolsPipe {
  private readonly output: Writable;
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private lastId = 0;

  constructor(output: Writable, input: Readable) {
    this.output = output;
    let rest = "";
    input.setEncoding("utf8").on("data", (chunk: string) => {
      const messages = (rest + chunk).split("\0");
      rest = messages.pop() ?? "";
      for (const message of messages) {
        const answer: Answer = JSON.parse(message);
        this.waiting.get(answer.id ?? -1)?.(answer);
      }
    });
  }

  /** Evaluates an expression in the program's page; undefined while that is loading. */
  async evaluate(expression: string): Promise<unknown> {
    const { targetInfos } = await this.send("Target.getTargets", {});
    const page = (targetInfos as { targetId: string; type: string }[]).find(({ type }) => type === "page");
    if (page === undefined) return undefined;
    const { sessionId } = await this.send("Target.attachToTarget", { targetId: page.targetId, flatten: true });
    const parameters = { expression, awaitPromise: true, returnByValue: true };
    // A page that is still loading has no context to evaluate in: that is no value yet, not a failure.
    const { result } = await this.send("Runtime.evaluate", parameters, sessionId as string).catch(() => ({
      result: {},
    }));
    await this.send("Target.detachFromTarget", { sessionId });
    return (result as { value?: unknown }).value;
  }

  private send(method: string, params: object, sessionId?: string): Promise<Readonly<Record<string, unknown>>> {
    this.lastId += 1;
    const id = this.lastId;
    this.output.write(`${JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`);
    return new Promise((resolve, reject) => {
      this.waiting.set(id, ({ result, error }) => {
        this.waiting.delete(id);
        if (result === undefined) reject(new Error(error?.message ?? "no answer"));
        else resolve(result);
      });
    });
  }
}
