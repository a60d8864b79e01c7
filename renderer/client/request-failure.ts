/** Why a request got no answer. */
export type FailureKind =
  /** Nobody there: the program ended or the connection broke. */
  | "unreachable"
  /** The program is there and refuses this page. */
  | "refused"
  /** The program is there and could not do it. */
  | "failed";

/** A request that got no answer. Its message is a sentence for the user where `kind` is `failed`. */
export class RequestFailure extends Error {
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string) {
    super(message);
    this.name = "RequestFailure";
    this.kind = kind;
  }
}

/** The kind of any error a transport threw: errors of unknown making mean that the other side could not do it. */
export function failureKind(error: unknown): FailureKind {
  return error instanceof RequestFailure ? error.kind : "failed";
}
