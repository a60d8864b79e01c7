/** A request that is not answered: unknown, with a bad argument, or too many at once. */
export class RequestError extends Error {
  readonly code: "unknown-request" | "bad-argument" | "unknown-source" | "too-many" | "refused" | "closed";

  constructor(code: RequestError["code"], message: string) {
    super(message);
    this.name = "RequestError";
    this.code = code;
  }
}
