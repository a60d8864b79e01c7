import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { frameLayoutOf } from "./frame-offsets.ts";
import { objectLayoutOf } from "./object-offsets.ts";
import { layoutsOf } from "./offsets.ts";
import { installedInterpreters, KNOWN_MINORS } from "./testing/python-targets.ts";
import type { PythonVersion } from "./version.ts";

/** Minor versions of Python 3 whose layouts stand in tables. */
const TABLED = ["3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13"];
const COMPILER = ["gcc", "cc"].find((name) => spawnSync(name, ["--version"]).status === 0);
const folder = mkdtempSync(join(tmpdir(), "gilscope-layouts-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Headers {
  readonly minor: string;
  readonly version: PythonVersion;
  readonly include: string;
}

/** The interpreters whose own internal headers are beside them. */
function withHeaders(): readonly Headers[] {
  return installedInterpreters().flatMap(({ minor, path }): Headers[] => {
    const [, small = "0"] = minor.split(".");
    const include = ["", "m"]
      .map((suffix) => join(dirname(path), "..", "include", `python${minor}${suffix}`))
      .find((candidate) => existsSync(join(candidate, "internal")));
    if (include === undefined || !TABLED.includes(minor)) return [];
    const micro = /PY_MICRO_VERSION\s+(\d+)/.exec(readFileSync(join(include, "patchlevel.h"), "utf8"))?.[1];
    const version: PythonVersion = { major: 3, minor: Number(small), micro: Number(micro), level: "final" };
    return [{ minor, version, include }];
  });
}

type Entries = Readonly<Record<string, readonly [expression: string, table: number | null | undefined]>>;

const offset = (type: string, field: string) => `offsetof(${type}, ${field})`;

/** Every entry of the tables for one version, with the expression of C that it should be. */
function entriesOf(version: PythonVersion): Entries {
  const minor = version.minor;
  const runtime = layoutsOf(version)[0];
  const frame = frameLayoutOf(version, false);
  const object = objectLayoutOf(version, false);
  const interpreter = "PyInterpreterState";
  const thread = "PyThreadState";
  const gil = "struct _gil_runtime_state";
  const code = "PyCodeObject";
  const frameType = minor >= 11 ? "struct _PyInterpreterFrame" : "struct _frame";
  return {
    ...(runtime === undefined
      ? {}
      : {
          interpretersHead: [offset("_PyRuntimeState", "interpreters.head"), runtime.interpretersHead],
          ...(minor <= 11 ? { gil: [offset("_PyRuntimeState", "ceval.gil"), runtime.gil] } : {}),
          ...(minor === 12
            ? {
                gilPointer: [offset(interpreter, "ceval.gil"), runtime.interpreter.gilPointer],
                gilEmbedded: [offset(interpreter, "_gil"), runtime.interpreter.gilEmbedded],
              }
            : {}),
          interpreterNext: [offset(interpreter, "next"), runtime.interpreter.next],
          interpreterId: [offset(interpreter, "id"), runtime.interpreter.id],
          threadsHead: [
            offset(interpreter, minor >= 11 ? "threads.head" : "tstate_head"),
            runtime.interpreter.threadsHead,
          ],
          threadNext: [offset(thread, "next"), runtime.thread.next],
          threadInterpreter: [offset(thread, "interp"), runtime.thread.interpreter],
          threadId: [offset(thread, "thread_id"), runtime.thread.threadId],
          ...(minor >= 11
            ? {
                nativeThreadId: [offset(thread, "native_thread_id"), runtime.thread.nativeThreadId],
                cframe: [offset(thread, "cframe"), runtime.thread.cframe],
              }
            : {}),
          gilInterval: [offset(gil, "interval"), runtime.gilFields.interval],
          gilLastHolder: [offset(gil, "last_holder"), runtime.gilFields.lastHolder],
          gilLocked: [offset(gil, "locked"), runtime.gilFields.locked],
          gilSwitchNumber: [offset(gil, "switch_number"), runtime.gilFields.switchNumber],
        }),
    ...(frame === null
      ? {}
      : {
          top: [offset(thread, minor <= 10 ? "frame" : minor <= 12 ? "cframe" : "current_frame"), frame.top],
          ...(minor === 11 || minor === 12
            ? { cframeFrame: [offset("_PyCFrame", "current_frame"), frame.cframeFrame] }
            : {}),
          previous: [offset(frameType, minor <= 10 ? "f_back" : "previous"), frame.previous],
          code: [offset(frameType, minor <= 12 ? "f_code" : "f_executable"), frame.code],
          instruction: [
            offset(frameType, minor <= 10 ? "f_lasti" : minor <= 12 ? "prev_instr" : "instr_ptr"),
            frame.instruction,
          ],
          ...(minor >= 11
            ? {
                owner: [offset(frameType, "owner"), frame.owner],
                codeInstructions: [offset(code, "co_code_adaptive"), frame.codeInstructions],
              }
            : {}),
          codeFile: [offset(code, "co_filename"), frame.codeFile],
          codeName: [offset(code, minor >= 11 ? "co_qualname" : "co_name"), frame.codeName],
          codeFirstLine: [offset(code, "co_firstlineno"), frame.codeFirstLine],
          codeLineTable: [offset(code, minor >= 10 ? "co_linetable" : "co_lnotab"), frame.codeLineTable],
          collecting: [
            offset(minor === 8 ? "_PyRuntimeState" : interpreter, "gc.collecting"),
            frame.collecting?.offset,
          ],
          asciiBytes: ["sizeof(PyASCIIObject)", frame.asciiBytes],
          compactBytes: ["sizeof(PyCompactUnicodeObject)", frame.compactBytes],
        }),
    ...(object === null
      ? {}
      : {
          interpreterModules: [
            offset(interpreter, minor >= 12 ? "imports.modules" : "modules"),
            object.interpreterModules,
          ],
          cachedKeys: [offset("PyHeapTypeObject", "ht_cached_keys"), object.cachedKeys],
        }),
  } satisfies Entries;
}

/** What a compiler says to the expressions with these headers. */
function compiled(include: string, expressions: readonly string[]): readonly number[] {
  const source = join(folder, "layout.c");
  // One is added, because zeros are written in another way.
  writeFileSync(
    source,
    [
      "#include <stddef.h>",
      "#include <Python.h>",
      "#include <frameobject.h>",
      "#if PY_VERSION_HEX >= 0x03090000",
      '#include "internal/pycore_interp.h"',
      '#include "internal/pycore_runtime.h"',
      "#elif PY_VERSION_HEX >= 0x03080000",
      '#include "internal/pycore_pystate.h"',
      "#else",
      '#include "internal/pystate.h"',
      "#endif",
      "#if PY_VERSION_HEX >= 0x030b0000",
      '#include "internal/pycore_frame.h"',
      "#endif",
      ...expressions.map((expression, index) => `const long value_${index} = 1 + (long)${expression};`),
    ].join("\n"),
  );
  const text = execFileSync(
    COMPILER ?? "",
    ["-DPy_BUILD_CORE", "-w", `-I${include}`, `-I${join(include, "internal")}`, "-S", "-o", "-", source],
    { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
  );
  return expressions.map((_, index) => {
    const value = new RegExp(`^value_${index}:\\s+\\.(?:quad|xword|dword)\\s+(\\d+)`, "m").exec(text)?.[1];
    return Number(value) - 1;
  });
}

const present = COMPILER === undefined ? [] : withHeaders();

for (const minor of KNOWN_MINORS) {
  if (present.some((headers) => headers.minor === minor)) continue;
  const why =
    COMPILER === undefined
      ? "there is no C compiler"
      : TABLED.includes(minor)
        ? "its headers are not on this machine"
        : "it has no table of compiled offsets";
  it.skip(`the layout of CPython ${minor}: ${why}`, () => undefined);
}

describe.each(present)("the layout of CPython $minor", ({ version, include }) => {
  it("is what the interpreter's own headers say, entry by entry", () => {
    const entries = Object.entries(entriesOf(version));
    expect(entries.length).toBeGreaterThan(8);
    const values = compiled(
      include,
      entries.map(([, [expression]]) => expression),
    );
    expect(Object.fromEntries(entries.map(([name, [, table]]) => [name, table]))).toEqual(
      Object.fromEntries(entries.map(([name], index) => [name, values[index]])),
    );
  });
});
