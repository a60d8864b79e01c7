import * as fs from "node:fs";
import type { ProcessDetail } from "../../core/sample/raw-sample.ts";
import { absent, known, type Reading } from "../../core/sample/reading.ts";
import { countCpuList } from "./byte-parser.ts";
import type { CgroupReader } from "./cgroups.ts";
import { containerOf } from "./container.ts";
import { DENIED, GONE, type KeptFiles, outcomeOf } from "./kept-files.ts";
import { liveThread } from "./process-table.ts";
import { Recogniser } from "./recognise.ts";
import { obstacleToProcess, type Rights } from "./rights.ts";

const COMMAND_LINE_BYTES = 4096;

/** Reads what changes rarely about one process: names, paths, user, limits, and whether it is a Python. */
export class DetailReader {
  readonly #root: string;
  readonly #files: KeptFiles;
  readonly #rights: Rights;
  readonly #cgroups: CgroupReader;
  readonly #recogniser: Recogniser;
  #users: ReadonlyMap<number, string> | null = null;

  constructor(root: string, files: KeptFiles, cgroups: CgroupReader, rights: Rights) {
    this.#root = root;
    this.#rights = rights;
    this.#files = files;
    this.#cgroups = cgroups;
    this.#recogniser = new Recogniser(root, files);
  }

  /**
   * Null when the process ended meanwhile. `leaderDead`: its first thread ended while others live.
   * `later`: only a look into its executable can tell whether it is a Python, which is done with `deep`.
   */
  read(rowId: number, pid: number, leaderDead: boolean, deep: boolean): ProcessDetail | null | "later" {
    const tid = leaderDead ? liveThread(this.#files, this.#root, pid) : null;
    const readPid = tid === null ? `${pid}` : `${pid}/task/${tid}`;
    const folder = `${this.#root}/${readPid}`;
    const comm = this.#files.readOnce(`${folder}/comm`, 256);
    if (typeof comm === "number") return null;
    const arguments_ = this.#commandLine(folder);
    const executable = this.#link(`${folder}/exe`);
    const status = this.#text(`${folder}/status`);
    const userId = Number(/^Uid:\s*(\d+)/m.exec(status)?.[1] ?? -1);
    const python = this.#recogniser.look(
      {
        rowId,
        readPid,
        executablePath: executable.known ? executable.value : null,
        arguments: arguments_.known ? arguments_.value : [],
      },
      deep,
    );
    if (python === "later") return python;
    // One number for each pid namespace; the first is in that of whoever reads.
    const group = /^NSpgid:\s*(\d+)/m.exec(status)?.[1];
    const groups = python === null ? "" : this.#text(`${folder}/cgroup`);
    const cgroupPath = python === null ? null : this.#cgroups.pathOf(groups);
    const memoryCgroupPath = python === null ? null : this.#cgroups.memoryPathOf(groups);
    const container = containerOf(groups);
    const probeRight: Reading<true> = python === null ? absent("not-yet") : this.#probeRight(folder);
    const denied = !probeRight.known && probeRight.reason === "denied";
    return {
      rowId,
      comm: comm.toString("utf8").replace(/\n$/, ""),
      commandLine: arguments_,
      executablePath: executable,
      workingDirectory: python === null ? absent("not-yet") : this.#link(`${folder}/cwd`),
      userId,
      userName: this.#userName(userId),
      python,
      cgroupPath,
      ...(memoryCgroupPath === null || memoryCgroupPath === cgroupPath ? {} : { memoryCgroupPath }),
      ...(container === null ? {} : { container }),
      allowedCpus: countCpuList(/^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? ""),
      probeRight,
      ...(denied ? { probeObstacle: obstacleToProcess(this.#rights, status) } : {}),
      ...(python === null || group === undefined ? {} : { processGroup: Number(group) }),
    };
  }

  /** Lets go of what is remembered about a process that ended. */
  forget(rowId: number): void {
    this.#recogniser.forget(rowId);
  }

  /** The name of one thread, or null when it ended. */
  threadName(pid: number, tid: number): string | null {
    const comm = this.#files.readOnce(`${this.#root}/${pid}/task/${tid}/comm`, 256);
    return typeof comm === "number" ? null : comm.toString("utf8").replace(/\n$/, "");
  }

  #commandLine(folder: string): Reading<readonly string[]> {
    const bytes = this.#files.readOnce(`${folder}/cmdline`, COMMAND_LINE_BYTES);
    if (typeof bytes === "number") return absent(bytes === DENIED ? "denied" : "gone");
    let end = bytes.length;
    // Programs that write their own title leave zeros behind it.
    while (end > 0 && bytes[end - 1] === 0) end -= 1;
    return known(end === 0 ? [] : bytes.toString("utf8", 0, end).split("\0"));
  }

  #link(path: string): Reading<string> {
    try {
      return known(fs.readlinkSync(path));
    } catch (error) {
      const outcome = outcomeOf(error);
      return absent(outcome === DENIED ? "denied" : outcome === GONE ? "gone" : "not-yet");
    }
  }

  /** Tried rather than computed: user namespaces, capabilities, Yama and dumpable flags all have a say. */
  #probeRight(folder: string): Reading<true> {
    const line = this.#files.readOnce(`${folder}/syscall`, 256);
    if (typeof line !== "number") return known(true);
    if (line === DENIED) return absent("denied");
    return absent(fs.existsSync(`${folder}/syscall`) ? "not-yet" : fs.existsSync(folder) ? "unsupported" : "gone");
  }

  #text(path: string): string {
    const bytes = this.#files.readOnce(path, 16384);
    return typeof bytes === "number" ? "" : bytes.toString("latin1");
  }

  #userName(userId: number): string {
    this.#users ??= readUsers();
    return this.#users.get(userId) ?? String(userId);
  }
}

/** Users of the machine by number, passwd(5). */
function readUsers(): ReadonlyMap<number, string> {
  const users = new Map<number, string>();
  try {
    for (const line of fs.readFileSync("/etc/passwd", "utf8").split("\n")) {
      const fields = line.split(":");
      const id = Number(fields[2]);
      if (fields.length >= 7 && fields[0] !== undefined && !users.has(id)) users.set(id, fields[0]);
    }
  } catch {
    // Without a table the numbers are shown.
  }
  return users;
}
