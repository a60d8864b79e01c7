/** Where a cgroup hierarchy that can limit CPU is mounted. */
export interface CgroupMount {
  readonly version: 1 | 2;
  readonly mountPoint: string;
  /** Path inside the hierarchy that the mount point shows: not `/` inside a container. */
  readonly rootPath: string;
}

/**
 * The hierarchies that limit CPU, from the text of `/proc/self/mountinfo` (proc_pid_mountinfo(5)).
 * Version 1 counts where the `cpu` controller is mounted, version 2 otherwise.
 */
export function parseCgroupMounts(mountinfo: string): {
  readonly cpu: CgroupMount | null;
  readonly cpuacct: CgroupMount | null;
  readonly memory: CgroupMount | null;
} {
  let cpu: CgroupMount | null = null;
  let cpuacct: CgroupMount | null = null;
  let memory: CgroupMount | null = null;
  let unified: CgroupMount | null = null;
  for (const line of mountinfo.split("\n")) {
    const [before, after] = line.split(" - ");
    if (before === undefined || after === undefined) continue;
    const fields = before.split(" ");
    const [type, , options] = after.split(" ");
    const rootPath = unescaped(fields[3] ?? "/");
    const mountPoint = unescaped(fields[4] ?? "");
    if (mountPoint === "") continue;
    if (type === "cgroup2") unified ??= { version: 2, mountPoint, rootPath };
    else if (type === "cgroup") {
      const controllers = (options ?? "").split(",");
      if (controllers.includes("cpu")) cpu ??= { version: 1, mountPoint, rootPath };
      if (controllers.includes("cpuacct")) cpuacct ??= { version: 1, mountPoint, rootPath };
      if (controllers.includes("memory")) memory ??= { version: 1, mountPoint, rootPath };
    }
  }
  return { cpu: cpu ?? unified, cpuacct, memory: memory ?? unified };
}

/** Spaces and the like stand as `\040` in mountinfo. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)));
}

/** The path that limits a process's CPU or memory, out of `/proc/PID/cgroup` (cgroups(7)); null when there is none. */
export function limitPath(text: string, version: 1 | 2, controller: "cpu" | "memory"): string | null {
  for (const line of text.split("\n")) {
    const first = line.indexOf(":");
    const second = line.indexOf(":", first + 1);
    if (first < 0 || second < 0) continue;
    const controllers = line.slice(first + 1, second);
    const path = line.slice(second + 1);
    if (version === 2 ? line.startsWith("0::") : controllers.split(",").includes(controller))
      return path === "" ? "/" : path;
  }
  return null;
}

/** Folder that shows a path of the hierarchy; null when it lies outside of what is mounted here. */
export function folderOf(mount: CgroupMount, path: string): string | null {
  const inside =
    mount.rootPath === "/"
      ? path
      : path === mount.rootPath
        ? "/"
        : path.startsWith(`${mount.rootPath}/`)
          ? path.slice(mount.rootPath.length)
          : null;
  if (inside === null || inside.split("/").includes("..")) return null;
  return inside === "/" ? mount.mountPoint : mount.mountPoint + inside;
}
