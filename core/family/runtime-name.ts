import type { ProcessDetail } from "../sample/raw-sample.ts";
import { baseName, invocationOf } from "./command-line.ts";

const LONGEST_NAME = 80;

/** Tools known by their own name, whether started as a script or with `-m`; those with a subcommand say it. */
const TOOLS: readonly {
  readonly pattern: RegExp;
  readonly name: string;
  readonly says: "target" | "subcommand" | "nothing";
}[] = [
  { pattern: /^(?:py\.?test)$/, name: "pytest", says: "target" },
  { pattern: /^gunicorn(?:\.app\.wsgiapp)?$/, name: "gunicorn", says: "target" },
  { pattern: /^uvicorn$/, name: "uvicorn", says: "target" },
  { pattern: /^hypercorn$/, name: "hypercorn", says: "target" },
  { pattern: /^celery(?:\.__main__)?$/, name: "celery", says: "subcommand" },
  { pattern: /^flask$/, name: "flask", says: "subcommand" },
  { pattern: /^django-admin$/, name: "django-admin", says: "subcommand" },
  { pattern: /^manage\.py$/, name: "manage.py", says: "subcommand" },
  { pattern: /^jupyter$/, name: "jupyter", says: "subcommand" },
  { pattern: /^jupyter[-_]?lab$|^jupyterlab$/, name: "jupyter lab", says: "nothing" },
  { pattern: /^jupyter[-_]notebook$|^notebook$/, name: "jupyter notebook", says: "nothing" },
  { pattern: /^jupyter[-_]server$|^jupyter_server$/, name: "jupyter server", says: "nothing" },
  { pattern: /^jupyterhub(?:-singleuser)?$/, name: "jupyterhub", says: "nothing" },
  { pattern: /^ipykernel(?:_launcher)?$/, name: "ipykernel", says: "nothing" },
  { pattern: /^ipython3?$|^IPython$/, name: "IPython", says: "nothing" },
  { pattern: /^(?:torchrun|torch\.distributed\.run)$/, name: "torchrun", says: "target" },
  { pattern: /^streamlit$/, name: "streamlit", says: "subcommand" },
  { pattern: /^pip3?$/, name: "pip", says: "subcommand" },
];

/** Children that frameworks start with a snippet of their own. */
const SNIPPETS: readonly { readonly pattern: RegExp; readonly name: string }[] = [
  {
    pattern: /multiprocessing\.resource_tracker|loky\.backend\.resource_tracker|resource_tracker import main/,
    name: "resource tracker",
  },
  { pattern: /multiprocessing\.semaphore_tracker/, name: "semaphore tracker" },
  { pattern: /multiprocessing\.forkserver/, name: "forkserver" },
  { pattern: /multiprocessing\.spawn/, name: "spawn worker" },
];

/** Text of the machine on one line: control characters and those that turn the reading direction become spaces. */
export function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are the ones to remove
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f]+/g, " ").trim();
}

function shortened(text: string): string {
  const line = oneLine(text).replace(/\s+/g, " ");
  return line.length <= LONGEST_NAME ? line : `${line.slice(0, LONGEST_NAME - 1)}…`;
}

function isOption(argument: string): boolean {
  return argument.startsWith("-");
}

function toolName(program: string, rest: readonly string[]): string | null {
  const tool = TOOLS.find(({ pattern }) => pattern.test(program));
  if (tool === undefined) return null;
  if (tool.says === "nothing") return tool.name;
  if (tool.says === "target") {
    const words = rest.filter((argument) => !isOption(argument));
    // `package.module:application` is what a server is started for; other words may be values of options.
    const target =
      words.find((word) => /^(?!unix:|tcp:|fd:|file:)[A-Za-z_][\w.]*:[A-Za-z_][\w.]*/.test(word)) ??
      words.find((word) => /[:./]/.test(word));
    return target === undefined ? tool.name : `${tool.name} ${target.includes(":") ? target : baseName(target)}`;
  }
  const words = rest.filter((argument, index) => !isOption(argument) && !/^-[A-Za-z]$/.test(rest[index - 1] ?? ""));
  return words[0] === undefined ? tool.name : `${tool.name} ${words[0]}`;
}

function scriptName(path: string, rest: readonly string[]): string {
  const base = baseName(path);
  const kernel = toolName(base, rest) ?? toolName(base.replace(/\.py$/, ""), rest);
  if (kernel !== null) return kernel;
  if (base !== "__main__.py" && base !== "") return base;
  const folder = baseName(path.replace(/\/?__main__\.py$/, ""));
  return folder === "" ? path : folder;
}

function nameFrom(commandLine: readonly string[], comm: string): string {
  const invocation = invocationOf(commandLine);
  switch (invocation.kind) {
    case "script":
      return scriptName(invocation.path, invocation.rest);
    case "module": {
      const loky = invocation.rest.indexOf("--process-name");
      if (invocation.module.includes("loky.backend") && loky >= 0) return invocation.rest[loky + 1] ?? "loky worker";
      return toolName(invocation.module, invocation.rest) ?? `-m ${invocation.module}`;
    }
    case "code": {
      const { code } = invocation;
      return SNIPPETS.find(({ pattern }) => pattern.test(code))?.name ?? `-c ${code}`;
    }
    case "stdin":
      return "Python from standard input";
    case "interactive":
      return "Python prompt";
    case "program": {
      const { title, rest } = invocation;
      if (title === "") return comm;
      // A title set by the program itself is one argument with spaces in it: "gunicorn: worker [api]".
      if (/^\S+: |^\[/.test(title)) return title.replace(/^\[(.*)\]$/, "$1").replace(/^celeryd: /, "celery: ");
      return toolName(baseName(title.split(" ")[0] ?? title), rest) ?? baseName(title);
    }
  }
}

/** Names what a runtime runs as its user would say it: `train.py`, `pytest tests`, `-m http.server`, `gunicorn: worker [api]`. */
export function runtimeName(detail: ProcessDetail): string {
  let name = names.get(detail);
  if (name === undefined) {
    const { commandLine, comm } = detail;
    name = shortened(commandLine.known && commandLine.value.length > 0 ? nameFrom(commandLine.value, comm) : comm);
    name = name || shortened(comm) || "python";
    names.set(detail, name);
  }
  return name;
}

/** The same for a member of a family: what a fork server forked bears the server's command line. */
export function memberName(detail: ProcessDetail, role: "parent" | "worker" | "helper"): string {
  const name = runtimeName(detail);
  return name === "forkserver" && role === "worker" ? "forkserver worker" : name;
}

/** A detail never changes, and there may be hundreds of names in every frame. */
const names = new WeakMap<ProcessDetail, string>();

/** The command line as one readable line, arguments with spaces quoted; null when it can't be read. */
export function commandLineText(detail: ProcessDetail): string | null {
  if (!detail.commandLine.known) return null;
  let text = lines.get(detail);
  if (text === undefined) {
    text = quoted(detail.commandLine.value);
    lines.set(detail, text);
  }
  return text;
}

const lines = new WeakMap<ProcessDetail, string>();

function quoted(commandLine: readonly string[]): string {
  return commandLine
    .map((argument) => {
      const line = oneLine(argument);
      return line === "" || /[\s"'\\$`]/.test(line) ? `'${line.replaceAll("'", "'\\''")}'` : line;
    })
    .join(" ");
}
