import type { CompletedFacts } from "./worker-messages.ts";

/**
 * Facts of the machine as `systeminformation` words them: it runs several programs to find out, so this is asked once,
 * after the first frame, and never waited for. Empty strings and zeros where it does not know.
 */
export async function completeHostFacts(): Promise<CompletedFacts> {
  const information = await import("systeminformation");
  const [cpu, memory, system] = await Promise.all([information.cpu(), information.mem(), information.osInfo()]);
  return {
    cpuModel: [cpu.manufacturer, cpu.brand].filter((part) => part !== "").join(" "),
    memoryBytes: memory.total,
    operatingSystem: [system.distro, system.release].filter((part) => part !== "" && part !== "unknown").join(" "),
  };
}
