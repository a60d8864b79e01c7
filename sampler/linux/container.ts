import type { ContainerFacts } from "../../core/sample/memory-sample.ts";

/** Shortest id that is one and not a word. */
const ID = "[0-9a-f]{12,64}";

/**
 * How container runtimes name the control groups they make, the innermost match of a path counts. Sources: runc's and crun's
 * systemd and cgroupfs drivers, Podman (`libpod`), CRI-O, containerd's CRI plug-in, kubelet, LXC (`lxc.payload`), systemd-machined.
 */
const NAMES: readonly { readonly pattern: RegExp; readonly runtime: string }[] = [
  { pattern: new RegExp(`^docker-(${ID})\\.scope$`), runtime: "docker" },
  { pattern: new RegExp(`^libpod-(?:payload-)?(${ID})(?:\\.scope)?$`), runtime: "podman" },
  { pattern: new RegExp(`^cri-containerd-(${ID})\\.scope$`), runtime: "containerd" },
  { pattern: new RegExp(`^crio-(${ID})(?:\\.scope)?$`), runtime: "cri-o" },
  { pattern: new RegExp(`^nerdctl-(${ID})\\.scope$`), runtime: "containerd" },
  { pattern: /^lxc\.payload\.(.+)$/, runtime: "lxc" },
  { pattern: /^machine-(.+)\.scope$/, runtime: "systemd-nspawn" },
];

/** Folders whose direct children are containers, and what makes them. */
const PARENTS: readonly { readonly pattern: RegExp; readonly runtime: string }[] = [
  { pattern: /^docker$/, runtime: "docker" },
  { pattern: /^libpod_parent$/, runtime: "podman" },
  { pattern: /^lxc$/, runtime: "lxc" },
  { pattern: /^(default|k8s\.io)$/, runtime: "containerd" },
  { pattern: /^(pod[0-9a-f-]{36}|kubepods(-[a-z]+)?-pod[0-9a-f_-]{36}\.slice)$/, runtime: "kubernetes" },
];

/** systemd writes `-` inside a name as `\x2d`. */
function unescaped(name: string): string {
  return name.replace(/\\x([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** The container that a path inside a cgroup hierarchy belongs to; null when it names none. */
export function containerOfPath(path: string): ContainerFacts | null {
  const parts = path.split("/").filter((part) => part !== "");
  for (let at = parts.length - 1; at >= 0; at -= 1) {
    const part = parts[at] ?? "";
    for (const { pattern, runtime } of NAMES) {
      const id = pattern.exec(part)?.[1];
      if (id !== undefined) return { runtime, id: unescaped(id) };
    }
    const parent = parts[at - 1];
    if (parent === undefined) continue;
    const maker = PARENTS.find(({ pattern }) => pattern.test(parent));
    if (maker === undefined) continue;
    if (maker.runtime === "lxc" ? part !== "" : new RegExp(`^${ID}$`).test(part)) {
      return { runtime: maker.runtime, id: unescaped(part) };
    }
  }
  return null;
}

/** The container a process runs in, from the text of its `/proc/PID/cgroup` (cgroups(7)); null outside of one or when it does not tell. */
export function containerOf(text: string): ContainerFacts | null {
  for (const line of text.split("\n")) {
    const path = line.slice(line.indexOf(":", line.indexOf(":") + 1) + 1);
    if (!path.startsWith("/")) continue;
    const found = containerOfPath(path);
    if (found !== null) return found;
  }
  return null;
}
