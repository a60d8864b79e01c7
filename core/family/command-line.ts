/** How a Python was started, read from its arguments as CPython's `config_parse_cmdline` reads them. */
export type Invocation =
  | { readonly kind: "script"; readonly path: string; readonly rest: readonly string[] }
  | { readonly kind: "module"; readonly module: string; readonly rest: readonly string[] }
  | { readonly kind: "code"; readonly code: string; readonly rest: readonly string[] }
  | { readonly kind: "stdin" }
  | { readonly kind: "interactive" }
  /** Not started as a Python: an embedding program, or one that changed its own title. */
  | { readonly kind: "program"; readonly title: string; readonly rest: readonly string[] };

const INTERPRETER = /^(?:python|pypy)[0-9.]*[a-z]*(?:\.exe)?$/i;

/** Last part of a path. */
export function baseName(path: string): string {
  return path.replace(/[/\\]+$/, "").replace(/^.*[/\\]/, "");
}

/** Reads how a Python was started. */
export function invocationOf(commandLine: readonly string[]): Invocation {
  const [program = "", ...rest] = commandLine;
  if (!INTERPRETER.test(baseName(program).replace(/^-/, ""))) return { kind: "program", title: program, rest };
  for (let index = 0; index < rest.length; index += 1) {
    const argument = rest[index] as string;
    if (argument === "-") return { kind: "stdin" };
    if (!argument.startsWith("-")) return { kind: "script", path: argument, rest: rest.slice(index + 1) };
    if (argument.startsWith("--")) {
      if (argument === "--check-hash-based-pycs") index += 1;
      continue;
    }
    const found = optionWithValue(argument, rest, index);
    if (found === null) continue;
    if (found.option === "c") return { kind: "code", code: found.value, rest: rest.slice(found.next) };
    if (found.option === "m") return { kind: "module", module: found.value, rest: rest.slice(found.next) };
    index = found.next - 1;
  }
  return { kind: "interactive" };
}

/** Short options may stand together (`-Ic`), and a value may follow at once (`-mpytest`) or as the next argument. */
function optionWithValue(
  argument: string,
  rest: readonly string[],
  index: number,
): { readonly option: string; readonly value: string; readonly next: number } | null {
  for (let at = 1; at < argument.length; at += 1) {
    const option = argument[at] as string;
    if (!"cmWXQ".includes(option)) continue;
    const attached = argument.slice(at + 1);
    return attached === ""
      ? { option, value: rest[index + 1] ?? "", next: index + 2 }
      : { option, value: attached, next: index + 1 };
  }
  return null;
}
