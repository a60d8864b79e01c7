import * as fs from "node:fs";
import type { PythonFacts } from "../../core/sample/raw-sample.ts";
import type { KeptFiles } from "./kept-files.ts";
import { RuntimeBinaries, type RuntimeBinary } from "./runtime-binary.ts";

/** Base name of a Python executable: `python`, `python3.12`, `python3.13t`, `pypy3`. */
const EXECUTABLE_NAME = /^(python|pypy)([0-9.]*)([a-z]*)$/;
const LIBRARY_NAME = /^lib(python|pypy)([0-9.]*)([a-z]*)(?:-c)?\.so/;
/** Libraries that bring threads of their own. */
const THREADED_LIBRARY =
  /^lib((?:scipy_)?openblas|mkl_|blis|gomp|iomp5|omp[.-]|tbb|grpc|torch_cpu|torch_cuda|tensorflow|arrow[.-]|cudart|rayon|polars|onnxruntime|uv[.-])|^(cygrpc|_?polars\w*|tokenizers)\./;
/** Executables below this size hold no whole runtime. */
const LEAST_EMBEDDING_BYTES = 1 << 20;
const LARGEST_MAPS_BYTES = 8 << 20;

/** What is known of a process before it is looked at. */
export interface Candidate {
  /** Never given to another process. */
  readonly rowId: number;
  /** Id to read through: the process's own, or that of a live thread where the first one ended. */
  readonly readPid: string;
  /** Null when it is not readable. */
  readonly executablePath: string | null;
  readonly arguments: readonly string[];
}

/** Finds out whether a process runs Python, and which, without running anything. */
export class Recogniser {
  readonly #root: string;
  readonly #files: KeptFiles;
  readonly #binaries = new RuntimeBinaries();
  /** What was found by row id, and the image it was found in. */
  readonly #found = new Map<number, { readonly image: string; readonly facts: PythonFacts | null }>();

  constructor(root: string, files: KeptFiles) {
    this.#root = root;
    this.#files = files;
  }

  /** Lets go of what was found about a process that ended. */
  forget(rowId: number): void {
    this.#found.delete(rowId);
  }

  /**
   * Facts of the Python runtime in a process, or null when it has none. `later`: neither name nor libraries tell, and the
   * executable was not looked into before, which only happens with `deep`.
   */
  look(candidate: Candidate, deep: boolean): PythonFacts | null | "later" {
    const folder = `${this.#root}/${candidate.readPid}`;
    const maps = this.#files.readOnce(`${folder}/maps`, LARGEST_MAPS_BYTES);
    if (typeof maps === "number") return this.#recognise(candidate, folder, null, deep);
    // A program that replaces itself maps its files at other addresses, and one that loads a library maps one more.
    const image = `${imageOf(maps)} ${candidate.executablePath} ${candidate.arguments[0]}`;
    const before = this.#found.get(candidate.rowId);
    if (before?.image === image) return before.facts;
    const facts = this.#recognise(candidate, folder, mappedFiles(maps), deep);
    if (facts !== "later") this.#found.set(candidate.rowId, { image, facts });
    return facts;
  }

  #recognise(
    candidate: Candidate,
    folder: string,
    libraries: readonly string[] | null,
    deep: boolean,
  ): PythonFacts | null | "later" {
    const library = libraries === null ? null : findLibrary(libraries);
    const byExecutable = nameMatch(candidate.executablePath);
    const byArgument = candidate.executablePath === null ? nameMatch(candidate.arguments[0] ?? null) : null;
    const name = byExecutable ?? byArgument;
    if (library !== null) {
      const hint = minorOf(library.name);
      // The stub `libpython3.so` only forwards to the real library, which is mapped as well.
      const inside =
        shallow(this.#binaries.at(`${folder}/root${library.path}`, hint, 0, true)) ??
        shallow(this.#binaries.at(`${folder}/exe`, hint, 0, true));
      return this.#facts(candidate, folder, libraries, inside, name === null ? "library" : "name", library.match);
    }
    if (name !== null) {
      const inside =
        byExecutable === null ? null : shallow(this.#binaries.at(`${folder}/exe`, minorOf(name[0]), 0, true));
      return this.#facts(candidate, folder, libraries, inside, "name", name);
    }
    if (candidate.executablePath === null) return null;
    const inside = this.#binaries.at(`${folder}/exe`, null, LEAST_EMBEDDING_BYTES, deep);
    if (inside === "later") return inside;
    return inside === null ? null : this.#facts(candidate, folder, libraries, inside, inside.recognisedBy, null);
  }

  #facts(
    candidate: Candidate,
    folder: string,
    libraries: readonly string[] | null,
    inside: RuntimeBinary | null,
    recognisedBy: PythonFacts["recognisedBy"],
    name: RegExpMatchArray | null,
  ): PythonFacts {
    const pypy = inside?.implementation === "PyPy" || name?.[1] === "pypy";
    const named = name === null || name[2] === undefined || !/^[23]\.\d/.test(name[2]) ? null : name[2];
    const freeThreaded = name?.[3]?.includes("t") === true;
    const version = inside?.version ?? named;
    const minor = version === null ? Number.NaN : Number(version.split(".")[1]);
    const build =
      inside?.build ??
      (pypy || version?.startsWith("2.") || minor < 13 ? "gil" : freeThreaded ? "free-threaded" : null);
    return {
      implementation: pypy ? "PyPy" : "CPython",
      version,
      build,
      recognisedBy,
      virtualEnvironment: this.#virtualEnvironment(candidate, folder, libraries),
      nativeLibraries: libraries === null ? [] : threadedLibraries(libraries),
      ...(libraries === null ? {} : { extensionPackages: extensionPackages(libraries) }),
    };
  }

  /**
   * Root of the virtual environment: `pyvenv.cfg` beside or above the executable as it was invoked. The kernel keeps that path
   * for the process (`AT_EXECFN`, getauxval(3)); without the right to read it, the first argument and mapped modules tell.
   */
  #virtualEnvironment(candidate: Candidate, folder: string, libraries: readonly string[] | null): string | null {
    const invoked = this.#invokedPath(folder) ?? candidate.arguments[0] ?? "";
    const absolute = invoked.startsWith("/")
      ? invoked
      : invoked.includes("/")
        ? this.#fromWorkingDirectory(folder, invoked)
        : null;
    if (absolute !== null) {
      for (
        let at = absolute.lastIndexOf("/"), steps = 0;
        at > 0 && steps < 2;
        at = absolute.lastIndexOf("/", at - 1), steps += 1
      ) {
        const place = absolute.slice(0, at);
        if (fs.existsSync(`${folder}/root${place}/pyvenv.cfg`)) return place;
      }
    }
    for (const path of libraries ?? []) {
      const at = path.search(/\/lib(?:64)?\/(?:python|pypy)[0-9.]+[a-z]*\/site-packages\//);
      if (at > 0) {
        const place = path.slice(0, at);
        if (fs.existsSync(`${folder}/root${place}/pyvenv.cfg`)) return place;
      }
    }
    return null;
  }

  #invokedPath(folder: string): string | null {
    const auxv = this.#files.readOnce(`${folder}/auxv`, 4096);
    if (typeof auxv === "number") return null;
    for (let at = 0; at + 16 <= auxv.length; at += 16) {
      if (auxv.readUInt32LE(at) !== 31 || auxv.readUInt32LE(at + 4) !== 0) continue;
      const address = auxv.readUInt32LE(at + 8) + auxv.readUInt32LE(at + 12) * 0x1_0000_0000;
      return this.#stringInMemory(`${folder}/mem`, address);
    }
    return null;
  }

  #stringInMemory(path: string, address: number): string | null {
    const fd = this.#files.open(path);
    if (fd < 0) return null;
    try {
      // The string stands at the very end of the stack, so a longer read would reach behind it and fail as a whole.
      const bytes = Buffer.alloc(4096);
      const count = fs.readSync(fd, bytes, 0, Math.min(4096, 4096 - (address % 4096)), address);
      const end = bytes.indexOf(0);
      return end > 0 && end < count ? bytes.toString("utf8", 0, end) : null;
    } catch {
      return null;
    } finally {
      fs.closeSync(fd);
    }
  }

  #fromWorkingDirectory(folder: string, path: string): string | null {
    try {
      return normalised(`${fs.readlinkSync(`${folder}/cwd`)}/${path}`);
    } catch {
      return null;
    }
  }
}

function shallow(found: RuntimeBinary | null | "later"): RuntimeBinary | null {
  return found === "later" ? null : found;
}

function normalised(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function nameMatch(path: string | null): RegExpMatchArray | null {
  return path === null ? null : EXECUTABLE_NAME.exec(baseName(path.replace(/ \(deleted\)$/, "")));
}

function minorOf(name: string): string | null {
  return /([23]\.\d{1,2})/.exec(name)?.[1] ?? null;
}

/** Tells two states of a process's mapped files apart, by a hash of the lines of `maps` that name one. */
function imageOf(maps: Buffer): string {
  let hash = 0x811c9dc5;
  let bytes = 0;
  let line = 0;
  while (line < maps.length) {
    let end = maps.indexOf(10, line);
    if (end < 0) end = maps.length;
    const slash = maps.indexOf(0x2f, line);
    if (slash < 0) break;
    if (slash < end) {
      for (let at = line; at < end; at += 1) hash = Math.imul(hash ^ maps[at]!, 0x01000193);
      bytes += end - line;
    }
    line = end + 1;
  }
  return `${hash} ${bytes}`;
}

/** Paths of the files a process maps, each once; deleted ones without the kernel's mark. */
export function mappedFiles(maps: Buffer): readonly string[] {
  const paths = new Set<string>();
  let line = 0;
  while (line < maps.length) {
    let end = maps.indexOf(10, line);
    if (end < 0) end = maps.length;
    // The path is the sixth field and the first to hold a slash.
    const slash = maps.indexOf(0x2f, line);
    if (slash >= 0 && slash < end) paths.add(maps.toString("utf8", slash, end).replace(/ \(deleted\)$/, ""));
    line = end + 1;
  }
  return [...paths];
}

function findLibrary(paths: readonly string[]): { path: string; name: string; match: RegExpMatchArray } | null {
  let found: { path: string; name: string; match: RegExpMatchArray } | null = null;
  for (const path of paths) {
    const name = baseName(path);
    const match = LIBRARY_NAME.exec(name);
    if (match === null) continue;
    if (found === null || !/^\d$/.test(match[2] ?? "")) found = { path, name, match };
  }
  return found;
}

/** Top folders inside `site-packages` or `dist-packages` that have an extension module mapped: `numpy`, `pydantic_core`. */
function extensionPackages(paths: readonly string[]): readonly string[] {
  const names = new Set<string>();
  for (const path of paths) {
    const match = /\/(?:site|dist)-packages\/([^/]+)(?:\/.*)?(?<=\.so)$/.exec(path);
    const name = match?.[1]?.replace(/\..*$/, "");
    // Wheels put the libraries they bring into folders of this name.
    if (name !== undefined && name !== "" && !name.endsWith("_libs") && !/^lib/.test(baseName(path))) names.add(name);
  }
  return [...names].sort().slice(0, 32);
}

function threadedLibraries(paths: readonly string[]): readonly string[] {
  return [...new Set(paths.map(baseName).filter((name) => THREADED_LIBRARY.test(name)))].sort().slice(0, 32);
}
