import { fileFailure } from "../files.ts";

/** A file that can't be written: one sentence that says which, why and what to do. */
export class WriteFailure extends Error {
  constructor(message: string) {
    super(message);
    this.name = "WriteFailure";
  }

  /** What an operation on a file failed with, in words. */
  static of(path: string, error: unknown): WriteFailure {
    if (error instanceof WriteFailure) return error;
    const { reason, remedy } = fileFailure(error);
    return new WriteFailure(`${path} can't be written: ${reason}; ${remedy}.`);
  }
}
