import { describe, expect, it } from "vitest";
import { containerOf, containerOfPath } from "./container.ts";

const ID = "0123456789abcdef".repeat(4);

describe("containers by control group", () => {
  it.each([
    [`/docker/${ID}`, "docker", ID],
    [`/system.slice/docker-${ID}.scope`, "docker", ID],
    [`/machine.slice/libpod-${ID}.scope`, "podman", ID],
    [`/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${ID}.scope/container`, "podman", ID],
    [
      `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod0a1b2c3d_0a1b_2c3d_4e5f_0a1b2c3d4e5f.slice/cri-containerd-${ID}.scope`,
      "containerd",
      ID,
    ],
    [`/kubepods/burstable/pod0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f/${ID}`, "kubernetes", ID],
    [`/kubepods.slice/crio-${ID}.scope`, "cri-o", ID],
    ["/lxc.payload.web-1/system.slice/app.service", "lxc", "web-1"],
    ["/lxc/web/init.scope", "lxc", "web"],
    ["/machine.slice/machine-build\\x2dbox.scope/payload", "systemd-nspawn", "build-box"],
  ])("%s", (path, runtime, id) => {
    expect(containerOfPath(path)).toEqual({ runtime, id });
  });

  it.each(["/", "/user.slice/user-1000.slice/session-3.scope", "/system.slice/docker.service", "/docker", "/default"])(
    "%s is none",
    (path) => expect(containerOfPath(path)).toBeNull(),
  );

  it("finds it in any hierarchy of version 1", () => {
    const text = `12:pids:/user.slice\n4:cpu,cpuacct:/docker/${ID}\n0::/\n`;
    expect(containerOf(text)).toEqual({ runtime: "docker", id: ID });
    expect(containerOf("")).toBeNull();
  });
});
