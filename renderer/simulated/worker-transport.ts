import type { RequestName, Requests, Transport } from "../../core/page/protocol.ts";
import type { WorkerAnswer, WorkerQuestion } from "./worker.ts";

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

/** The machine on paper in a thread of its own, as the program's is in a process of its own: what the page costs is its own cost then. */
export function workerTransport(query: string): Transport {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  worker.onerror = ({ message }) => console.error(message);
  worker.postMessage(query);
  const waiting = new Map<number, Waiting>();
  let nextId = 1;
  worker.onmessage = ({ data: { id, answer, problem } }: MessageEvent<WorkerAnswer>) => {
    const one = waiting.get(id);
    waiting.delete(id);
    if (problem === null) one?.resolve(answer as never);
    else one?.reject(new Error(problem));
  };
  return {
    request: <Name extends RequestName>(name: Name, argument: Requests[Name]["argument"]) =>
      new Promise<Requests[Name]["answer"]>((resolve, reject) => {
        const question: WorkerQuestion = { id: nextId, name, argument };
        nextId += 1;
        waiting.set(question.id, { resolve, reject });
        worker.postMessage(question);
      }),
  };
}
