import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** One process of a made-up machine. */
export interface FakeProcess {
  readonly pid: number;
  readonly name?: string | Buffer;
  readonly parentPid?: number;
  readonly state?: string;
  readonly ticks?: number;
  readonly startTicks?: number;
  readonly rssPages?: number;
  /** Thread ids beside the first one, with their run time in nanoseconds. */
  readonly threads?: Readonly<Record<number, number>>;
  readonly commandLine?: Buffer | string;
}

/** A folder that looks like /proc, for tests. */
export class FakeProc {
  readonly root: string;
  lastId = 1000;

  constructor() {
    this.root = fs.mkdtempSync(path.join(os.tmpdir(), "fake-proc-"));
    fs.mkdirSync(path.join(this.root, "self", "fd"), { recursive: true });
    this.write("self/schedstat", "1000000 0 1\n");
    this.write("self/status", "Uid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\n");
    this.write("self/syscall", "running\n");
    this.write("self/limits", "Max open files            1024                 4096                 files\n");
    this.write(
      "stat",
      "cpu  10 0 5 100 0 0 0 2 0 0\ncpu0 4 0 3 50 0 0 0 1 0 0\ncpu1 6 0 2 50 0 0 0 1 0 0\nbtime 1700000000\n",
    );
    this.write(
      "meminfo",
      "MemTotal:       1000 kB\nMemAvailable:    600 kB\nSwapTotal:       100 kB\nSwapFree:         40 kB\n",
    );
    this.write("uptime", "1000.00 900.00\n");
    this.touchIds(0);
  }

  write(file: string, content: string | Buffer): void {
    fs.mkdirSync(path.dirname(path.join(this.root, file)), { recursive: true });
    fs.writeFileSync(path.join(this.root, file), content);
  }

  /** Pretends that so many ids were given out. */
  touchIds(count: number): void {
    this.lastId += count;
    this.write("loadavg", `0.00 0.00 0.00 1/100 ${this.lastId}\n`);
  }

  /** Writes or overwrites a process in place, as the kernel's files change under a kept descriptor. */
  put(process: FakeProcess): void {
    const { pid, name = "python3", parentPid = 1, state = "S", ticks = 0, startTicks = 5000, rssPages = 100 } = process;
    const threads = { [pid]: ticks * 1e7, ...process.threads };
    const bytes = typeof name === "string" ? Buffer.from(name) : name;
    const tail = `) ${state} ${parentPid} ${pid} ${pid} 0 -1 4194304 1 0 0 0 ${ticks} 0 0 0 20 0 ${Object.keys(threads).length} 0 ${startTicks} 1000000 ${rssPages} 18446744073709551615 0\n`;
    const stat = Buffer.concat([Buffer.from(`${pid} (`), bytes, Buffer.from(tail)]);
    this.write(`${pid}/stat`, stat);
    this.write(`${pid}/statm`, `1000 ${rssPages} 50 1 0 200 0\n`);
    this.write(`${pid}/comm`, Buffer.concat([bytes, Buffer.from("\n")]));
    this.write(`${pid}/cmdline`, process.commandLine ?? "python3\0script.py\0");
    this.write(`${pid}/status`, `Name:\tx\nTgid:\t${pid}\nUid:\t0\t0\t0\t0\nCpus_allowed_list:\t0-1\n`);
    this.write(`${pid}/maps`, "");
    this.write(`${pid}/cgroup`, "0::/\n");
    this.write(`${pid}/syscall`, "running\n");
    const taskFolder = path.join(this.root, `${pid}/task`);
    const kept = new Set(Object.keys(threads));
    if (fs.existsSync(taskFolder)) {
      for (const tid of fs.readdirSync(taskFolder)) {
        if (!kept.has(tid)) fs.rmSync(path.join(taskFolder, tid), { recursive: true });
      }
    }
    for (const [tid, run] of Object.entries(threads)) {
      this.write(`${pid}/task/${tid}/schedstat`, `${run} 1000 5\n`);
      this.write(`${pid}/task/${tid}/stat`, stat);
      this.write(`${pid}/task/${tid}/comm`, `thread-${tid}\n`);
      this.write(`${pid}/task/${tid}/status`, `Name:\tx\nTgid:\t${pid}\n`);
      if (Number(tid) !== pid) this.write(`${tid}/status`, `Name:\tx\nTgid:\t${pid}\n`);
    }
  }

  remove(pid: number): void {
    // A kept descriptor of the kernel's answers ESRCH; of an ordinary file it reads nothing once it is empty.
    for (const file of ["stat", ...this.#schedstats(pid)]) fs.truncateSync(path.join(this.root, `${pid}`, file));
    fs.rmSync(path.join(this.root, `${pid}`), { recursive: true });
  }

  close(): void {
    fs.rmSync(this.root, { recursive: true, force: true });
  }

  #schedstats(pid: number): readonly string[] {
    return fs.readdirSync(path.join(this.root, `${pid}/task`)).map((tid) => `task/${tid}/schedstat`);
  }
}

/** A clock that stands still until it is moved. */
export class FakeClock {
  now = 1_000_000;

  monotonicMs(): number {
    return this.now;
  }

  wallMs(): number {
    return 1_700_000_000_000 + this.now;
  }
}
