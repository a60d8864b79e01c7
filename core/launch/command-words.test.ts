import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commandText, commandWords, environmentLines } from "./command-words.ts";

describe("a command without a shell", () => {
  it("knows quotes and backslashes", () => {
    expect(commandWords(`python  "my app.py" --x='a "b" c' d\\ e "f\\"g\\n" ''`)).toEqual({
      ok: true,
      words: ["python", "my app.py", '--x=a "b" c', "d e", 'f"g\\n', ""],
    });
  });

  it("leaves what only a shell does as it is", () => {
    expect(commandWords("python a.py; rm -rf $HOME `id` | tee > out & * ~")).toEqual({
      ok: true,
      words: ["python", "a.py;", "rm", "-rf", "$HOME", "`id`", "|", "tee", ">", "out", "&", "*", "~"],
    });
  });

  it("says what is not finished", () => {
    expect(commandWords("")).toEqual({ ok: false, problem: "empty" });
    expect(commandWords("'' x")).toEqual({ ok: false, problem: "empty" });
    expect(commandWords("python 'a")).toEqual({ ok: false, problem: "open-quote" });
    expect(commandWords("python a\\")).toEqual({ ok: false, problem: "open-backslash" });
  });

  it("reads what it writes", () => {
    const word = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("'", '"', "\\", "a b", "$x", "--a=b c"));
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.array(word), (program, rest) => {
        expect(commandWords(commandText([program, ...rest]))).toEqual({ ok: true, words: [program, ...rest] });
      }),
    );
  });

  it("reads lines of an environment", () => {
    expect(environmentLines("A=1\n\n  B_2=x=y z\nC=")).toEqual({
      ok: true,
      variables: [
        { name: "A", value: "1" },
        { name: "B_2", value: "x=y z" },
        { name: "C", value: "" },
      ],
    });
    expect(environmentLines("A=1\nnot one")).toEqual({ ok: false, line: "not one" });
    expect(environmentLines("1A=1")).toEqual({ ok: false, line: "1A=1" });
  });
});
