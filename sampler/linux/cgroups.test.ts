import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { limitPath, parseCgroupMounts } from "./cgroup-mount.ts";
import { CgroupReader } from "./cgroups.ts";
import { KeptFiles } from "./kept-files.ts";
import { FakeProc } from "./testing/fake-proc.ts";

let proc: FakeProc;

beforeEach(() => {
  proc = new FakeProc();
});

afterEach(() => proc.close());

function mounted(lines: readonly string[]): CgroupReader {
  proc.write("self/mountinfo", lines.map((line) => line.replaceAll("ROOT", proc.root)).join("\n"));
  return new CgroupReader(proc.root, new KeptFiles(10));
}

describe("version 2", () => {
  const MOUNT = "30 20 0:26 / ROOT/cgroup rw - cgroup2 cgroup2 rw";

  it("reads quota and throttling of a group and of those above it", () => {
    proc.write("cgroup/a/cpu.max", "150000 100000\n");
    proc.write("cgroup/a/cpu.stat", "usage_usec 3000000\nnr_periods 50\nnr_throttled 5\nthrottled_usec 250000\n");
    proc.write("cgroup/a/b/cpu.max", "max 100000\n");
    const reader = mounted([MOUNT]);
    expect(reader.pathOf("0::/a/b\n")).toBe("/a/b");
    expect(reader.read(["/a/b"])).toEqual([
      { path: "/a", quotaCores: 1.5, periods: 50, throttledPeriods: 5, throttledSeconds: 0.25, usageSeconds: 3 },
    ]);
  });

  it("names a group once, however many processes are in it", () => {
    proc.write("cgroup/a/cpu.max", "50000 100000\n");
    expect(mounted([MOUNT]).read(["/a", "/a", "/a/x"])).toHaveLength(1);
  });

  it("notices a quota that is set later", () => {
    const reader = mounted([MOUNT]);
    proc.write("cgroup/a/cpu.max", "max 100000\n");
    expect(reader.read(["/a"])).toHaveLength(0);
    proc.write("cgroup/a/cpu.max", "50000 100000\n");
    const rounds = Array.from({ length: 10 }, () => reader.read(["/a"]).length);
    expect(rounds.at(-1)).toBe(1);
  });
});

describe("version 1", () => {
  const MOUNTS = [
    "30 20 0:26 / ROOT/unified rw - cgroup2 cgroup2 rw",
    "31 20 0:27 /docker/x ROOT/cpu rw - cgroup cgroup rw,cpu",
    "32 20 0:28 /docker/x ROOT/cpuacct rw - cgroup cgroup rw,cpuacct",
  ];

  it("reads the cpu controller below the part that is mounted", () => {
    proc.write("cpu/job/cpu.cfs_quota_us", "50000\n");
    proc.write("cpu/job/cpu.cfs_period_us", "100000\n");
    proc.write("cpu/job/cpu.stat", "nr_periods 9\nnr_throttled 3\nthrottled_time 500000000\n");
    proc.write("cpuacct/job/cpuacct.usage", "2000000000\n");
    const reader = mounted(MOUNTS);
    expect(reader.pathOf("5:memory:/m\n4:cpu,cpuacct:/docker/x/job\n0::/\n")).toBe("/docker/x/job");
    expect(reader.read(["/docker/x/job"])).toEqual([
      {
        path: "/docker/x/job",
        quotaCores: 0.5,
        periods: 9,
        throttledPeriods: 3,
        throttledSeconds: 0.5,
        usageSeconds: 2,
      },
    ]);
  });

  it("does not follow a path out of the mount", () => {
    expect(mounted(MOUNTS).read(["/docker/x/../../etc", "/other"])).toEqual([]);
  });

  it("takes no quota for none", () => {
    proc.write("cpu/job/cpu.cfs_quota_us", "-1\n");
    expect(mounted(MOUNTS).read(["/docker/x/job"])).toEqual([]);
  });
});

describe("any text", () => {
  it("is survived", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        parseCgroupMounts(text);
        limitPath(text, 1, "cpu");
        limitPath(text, 2, "cpu");
      }),
    );
  });
});
