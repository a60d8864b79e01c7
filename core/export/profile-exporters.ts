import type { StackFrame } from "../sample/thread-stack.ts";
import { plainJson, plainText } from "../text/plain-text.ts";
import type { Exporter, ExportInput } from "./exporter.ts";
import { type GilTime, gilTimes } from "./gil-time.ts";

function programName({ frame }: ExportInput, pid: number): string {
  const runtime = frame.runtimes.find((candidate) => candidate.pid === pid);
  return plainText(`${runtime?.name ?? "python"} (${pid})`);
}

/** A frame's name in collapsed stacks, where semicolons and line breaks part frames. */
function collapsedName(text: string): string {
  return plainText(text).replaceAll(";", ",");
}

function functionText({ functionName, file, line }: StackFrame): string {
  if (file === "") return functionName;
  return `${functionName} (${file}${line === null ? "" : `:${line}`})`;
}

/** Frames as profiles have them: the outermost first. */
function outermostFirst({ frames }: GilTime): readonly StackFrame[] {
  return [...frames].reverse();
}

/**
 * Collapsed stacks, as flame graph tools read them: program, thread and the Python functions that had the GIL, callers first,
 * weighted by microseconds.
 */
export const collapsedExporter: Exporter = {
  ending: ".collapsed.txt",
  mediaType: "text/plain",
  span: "all",
  write: (input) =>
    gilTimes(input)
      .map((time) => {
        const names = [programName(input, time.pid), time.thread, ...outermostFirst(time).map(functionText)].map(
          collapsedName,
        );
        return `${names.join(";")} ${Math.max(1, Math.round(time.seconds * 1e6))}\n`;
      })
      .join(""),
};

/** One profile for each program in speedscope's file format, weighted by seconds of having the GIL. */
export const speedscopeExporter: Exporter = {
  ending: ".speedscope.json",
  mediaType: "application/json",
  span: "all",
  write: (input) => {
    const frames: { readonly name: string; readonly file?: string; readonly line?: number }[] = [];
    const places = new Map<string, number>();
    const frameOf = (name: string, file: string, line: number | null): number => {
      const key = JSON.stringify([name, file, line]);
      const known = places.get(key);
      if (known !== undefined) return known;
      frames.push({
        name: plainText(name),
        ...(file === "" ? {} : { file: plainText(file) }),
        ...(line === null ? {} : { line }),
      });
      places.set(key, frames.length - 1);
      return frames.length - 1;
    };
    const times = gilTimes(input);
    const profiles = [...new Set(times.map(({ pid }) => pid))].map((pid) => {
      const own = times.filter((time) => time.pid === pid);
      return {
        type: "sampled",
        name: programName(input, pid),
        unit: "seconds",
        startValue: 0,
        endValue: own.reduce((sum, { seconds }) => sum + seconds, 0),
        samples: own.map((time) => [
          frameOf(`thread ${time.thread}`, "", null),
          ...outermostFirst(time).map(({ functionName, file, line }) => frameOf(functionName, file, line)),
        ]),
        weights: own.map(({ seconds }) => seconds),
      };
    });
    const content = {
      $schema: "https://www.speedscope.app/file-format-schema.json",
      exporter: `Gilscope ${input.header.programVersion}`,
      name: `Who had the GIL on ${plainText(input.header.host.hostName)}`,
      shared: { frames },
      profiles,
    };
    return `${plainJson(JSON.stringify(content))}\n`;
  },
};
