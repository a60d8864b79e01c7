import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Capability, CapabilityId } from "../../core/sample/capabilities.ts";
import { obstacleRemedy, obstacleSentence } from "../../words/obstacle.ts";
import { capabilitiesOf, obstacleToProcess, readRights } from "./rights.ts";
import { FakeProc } from "./testing/fake-proc.ts";

const ALL = "000001ffffffffff";
const NONE = "0000000000000000";
const opened: FakeProc[] = [];

afterEach(() => {
  for (const proc of opened.splice(0)) proc.close();
});

interface Machine {
  readonly uid?: number;
  readonly groups?: string;
  readonly capabilities?: string;
  readonly yamaScope?: number;
  readonly mountOptions?: string;
  readonly pidNamespace?: string;
  readonly userNamespace?: string;
}

/** A root of /proc as it looks to a program with these rights. */
function rootOf(machine: Machine): string {
  const { uid = 1000, groups = "1000", capabilities = NONE, yamaScope, mountOptions = "rw" } = machine;
  const proc = new FakeProc();
  opened.push(proc);
  proc.write(
    "self/status",
    `Name:\tnode\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\nGid:\t${uid}\t${uid}\t${uid}\t${uid}\nGroups:\t${groups} \nCapPrm:\t${capabilities}\nCapEff:\t${capabilities}\n`,
  );
  proc.write(
    "self/mountinfo",
    `21 1 8:1 / / rw - ext4 /dev/sda1 rw\n22 21 0:20 / ${proc.root} rw,relatime - proc proc ${mountOptions}\n`,
  );
  if (yamaScope !== undefined) proc.write("sys/kernel/yama/ptrace_scope", `${yamaScope}\n`);
  const namespaces = path.join(proc.root, "self", "ns");
  fs.mkdirSync(namespaces);
  fs.symlinkSync(machine.pidNamespace ?? "pid:[4026531836]", path.join(namespaces, "pid"));
  fs.symlinkSync(machine.userNamespace ?? "user:[4026531837]", path.join(namespaces, "user"));
  return proc.root;
}

function missing(machine: Machine): Partial<Record<CapabilityId, string | null>> {
  const lost = capabilitiesOf(readRights(rootOf(machine)), true).filter(({ available }: Capability) => !available);
  return Object.fromEntries(lost.map(({ id, obstacle }) => [id, obstacle]));
}

/** What the kernel shows of one process that may not be read. */
function statusOf({ uid = 1000, capabilities = NONE, pids = "77" }): string {
  return `Name:\tpython3\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\nNSpid:\t${pids}\nCapPrm:\t${capabilities}\n`;
}

describe("what rights give", () => {
  it("is everything for root without restrictions", () => {
    expect(missing({ uid: 0, capabilities: ALL })).toEqual({});
    expect(missing({ uid: 0, capabilities: ALL, yamaScope: 2, mountOptions: "rw,hidepid=invisible" })).toEqual({});
  });

  it("is the own programs for an ordinary user", () => {
    expect(missing({})).toEqual({ otherUsers: "not-root" });
    expect(missing({ yamaScope: 0 })).toEqual({ otherUsers: "not-root" });
  });

  it.each([
    [1, "yama-scope-1"],
    [2, "yama-scope-2"],
    [3, "yama-scope-3"],
  ])("is less under Yama scope %d", (yamaScope, obstacle) => {
    expect(missing({ yamaScope })).toEqual({ futexProbe: obstacle, gilMemory: obstacle, otherUsers: "not-root" });
  });

  it("is nothing of others' memory for anybody under scope 3", () => {
    expect(missing({ uid: 0, capabilities: ALL, yamaScope: 3 })).toMatchObject({ gilMemory: "yama-scope-3" });
  });

  it.each(["hidepid=1", "hidepid=2", "hidepid=noaccess", "hidepid=invisible", "hidepid=ptraceable", "hidepid=4"])(
    "hides others' programs with %s",
    (option) => expect(missing({ mountOptions: `rw,${option}` })).toEqual({ otherUsers: "hidepid" }),
  );

  it("hides nothing from the group that the mount names, nor with hidepid off", () => {
    expect(missing({ mountOptions: "rw,gid=50,hidepid=invisible", groups: "1000 50" })).toEqual({
      otherUsers: "not-root",
    });
    expect(missing({ mountOptions: "rw,gid=50,hidepid=4", groups: "1000 50" })).toEqual({ otherUsers: "hidepid" });
    expect(missing({ mountOptions: "rw,hidepid=off" })).toEqual({ otherUsers: "not-root" });
  });

  it("is the own container where /proc belongs to one", () => {
    expect(missing({ uid: 0, capabilities: ALL, pidNamespace: "pid:[4026532201]" })).toEqual({
      wholeMachine: "pid-namespace",
    });
  });

  it("does not take a root without capabilities for one", () => {
    expect(missing({ uid: 0, capabilities: "00000000a80425fb" })).toEqual({ otherUsers: "not-root" });
  });
});

describe("why one program may not be looked into", () => {
  const user = readRights(rootOf({}));
  const root = readRights(rootOf({ uid: 0, capabilities: ALL }));

  it.each([
    ["other-user", user, statusOf({ uid: 33 })],
    ["yama-scope-1", readRights(rootOf({ yamaScope: 1 })), statusOf({})],
    ["other-user", readRights(rootOf({ yamaScope: 1 })), statusOf({ uid: 33 })],
    ["more-capabilities", user, statusOf({ capabilities: "0000000000002000" })],
    ["container", user, statusOf({ pids: "77\t1" })],
    ["protected", user, statusOf({})],
    ["security-module", root, statusOf({})],
    ["yama-scope-3", readRights(rootOf({ uid: 0, capabilities: ALL, yamaScope: 3 })), statusOf({})],
    [
      "user-namespace",
      readRights(rootOf({ uid: 0, capabilities: ALL, userNamespace: "user:[4026532500]" })),
      statusOf({ uid: 33 }),
    ],
  ] as const)("%s", (expected, rights, status) => {
    expect(obstacleToProcess(rights, status)).toBe(expected);
    expect(obstacleSentence(expected)).not.toMatch(/^Not available/);
    expect(obstacleRemedy(expected)).not.toBe("");
  });
});
