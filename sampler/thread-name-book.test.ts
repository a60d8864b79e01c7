import { describe, expect, it } from "vitest";
import { ThreadNameBook } from "./thread-name-book.ts";

describe("names of threads", () => {
  it("come with the detail, whichever is known first, and alone when only they are new", () => {
    const book = new ThreadNameBook();
    const live = Uint32Array.of(1, 2);
    book.learn([{ threadRowId: 2, name: "worker" }]);
    expect(book.complete([{ rowId: 1, comm: "python" }], live)).toEqual([{ rowId: 1, comm: "python" }]);
    expect(book.complete([{ rowId: 2, comm: "python" }], live)).toEqual([
      { rowId: 2, comm: "python", pythonName: "worker" },
    ]);
    expect(book.complete([], live)).toEqual([]);
    book.learn([{ threadRowId: 1, name: "MainThread" }]);
    expect(book.complete([], live)).toEqual([{ rowId: 1, comm: "python", pythonName: "MainThread" }]);
    expect(book.complete([{ rowId: 1, comm: "renamed" }], live)).toEqual([
      { rowId: 1, comm: "renamed", pythonName: "MainThread" },
    ]);
  });

  it("are forgotten with their threads", () => {
    const book = new ThreadNameBook();
    book.learn([{ threadRowId: 1, name: "old" }]);
    book.complete([{ rowId: 1, comm: "python" }], Uint32Array.of(1));
    book.complete([{ rowId: 2, comm: "python" }], Uint32Array.of(2));
    book.learn([{ threadRowId: 1, name: "late" }]);
    expect(book.complete([], Uint32Array.of(2))).toEqual([]);
  });
});
