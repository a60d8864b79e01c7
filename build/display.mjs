import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { findProgram } from "./lib/find-program.mjs";
import { StepFailed } from "./lib/step.mjs";

/**
 * Looks for a display a window can open on.
 * @returns {Promise<{ there: true } | { there: false, reason: string }>}
 */
export async function findDisplay() {
  if (process.platform !== "linux") return { there: true };
  const wayland = process.env["WAYLAND_DISPLAY"];
  if (wayland !== undefined && wayland !== "") {
    if (existsSync(join(process.env["XDG_RUNTIME_DIR"] ?? "/", wayland))) return { there: true };
  }
  const display = process.env["DISPLAY"];
  if (display === undefined || display === "") return { there: false, reason: "there is no display" };
  const local = /^(?:unix)?:(\d+)(?:\.\d+)?$/.exec(display)?.[1];
  if (local === undefined) return { there: true };
  const path = `/tmp/.X11-unix/X${local}`;
  if ((await accepts(path)) || listensAbstractly(path)) return { there: true };
  return { there: false, reason: `DISPLAY is ${display}, but nothing answers there` };
}

/**
 * Starts a virtual display of its own.
 * @returns {Promise<{ display: string, stop: () => void }>}
 */
export async function startVirtualDisplay() {
  const server = findProgram("Xvfb");
  if (server === null)
    throw new StepFailed("start a virtual display", "Xvfb is not installed", "install the package xvfb");
  const child = spawn(server, ["-displayfd", "3", "-screen", "0", "1440x900x24", "-nolisten", "tcp", "-noreset"], {
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  let complaint = "";
  child.stderr?.on("data", (chunk) => {
    complaint += chunk;
  });
  const number = await new Promise((resolve, reject) => {
    let text = "";
    child.stdio[3]?.on("data", (chunk) => {
      text += chunk;
      if (text.includes("\n")) resolve(text.trim());
    });
    child.on("exit", (code) =>
      reject(
        new StepFailed(
          "start a virtual display",
          `Xvfb ended with ${code}: ${complaint.trim()}`,
          "run the command again",
        ),
      ),
    );
  });
  child.unref();
  return { display: `:${number}`, stop: () => void child.kill() };
}

/** @param {string} path */
function accepts(path) {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

/** @param {string} path An X server may listen in Linux's abstract name space only. */
function listensAbstractly(path) {
  try {
    return readFileSync("/proc/net/unix", "utf8").includes(`@${path}`);
  } catch {
    return false;
  }
}
