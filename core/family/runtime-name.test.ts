import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ProcessDetail } from "../sample/raw-sample.ts";
import { absent, known } from "../sample/reading.ts";
import { commandLineText, runtimeName } from "./runtime-name.ts";

function detail(commandLine: readonly string[] | null, comm = "python3"): ProcessDetail {
  return {
    rowId: 1,
    comm,
    commandLine: commandLine === null ? absent("denied") : known(commandLine),
    executablePath: absent("denied"),
    workingDirectory: absent("denied"),
    userId: 0,
    userName: "root",
    python: null,
    cgroupPath: null,
    allowedCpus: null,
    probeRight: known(true),
  };
}

describe("runtimeName", () => {
  it.each([
    ["train.py", ["python3", "train.py", "--epochs", "3"]],
    ["train.py", ["/usr/bin/python3.12", "-u", "-W", "ignore", "-X", "dev", "/home/user/src/train.py"]],
    ["app", ["python3", "/srv/app/__main__.py"]],
    ["app", ["python3", "/srv/app/"]],
    ["-m http.server", ["python3", "-m", "http.server", "8000"]],
    ["-m http.server", ["python3", "-Imhttp.server"]],
    ["pytest tests", ["python3", "-m", "pytest", "-x", "./tests/"]],
    ["pytest", ["/v/bin/python", "/v/bin/pytest", "-n4"]],
    ["-c import time; time.sleep(9)", ["python3", "-c", "import time; time.sleep(9)"]],
    ["Python prompt", ["python3"]],
    ["Python prompt", ["/usr/bin/pypy3", "-q"]],
    ["Python from standard input", ["python3", "-"]],
    ["ipykernel", ["/v/bin/python", "-m", "ipykernel_launcher", "-f", "/run/kernel-1.json"]],
    ["jupyter lab", ["/v/bin/python", "/v/bin/jupyter-lab", "--no-browser"]],
    ["gunicorn api:app", ["/v/bin/python", "/v/bin/gunicorn", "-w", "4", "api:app"]],
    ["gunicorn: worker [api:app]", ["gunicorn: worker [api:app]"]],
    ["celery worker", ["/v/bin/python", "/v/bin/celery", "-A", "proj", "worker", "-l", "info"]],
    ["manage.py runserver", ["python", "manage.py", "runserver"]],
    ["uvicorn main:app", ["/v/bin/python", "/v/bin/uvicorn", "main:app"]],
    ["resource tracker", ["python3", "-c", "from multiprocessing.resource_tracker import main;main(5)"]],
    [
      "spawn worker",
      ["python3", "-c", "from multiprocessing.spawn import spawn_main; spawn_main()", "--multiprocessing-fork"],
    ],
    [
      "LokyProcess-2",
      ["python3", "-m", "joblib.externals.loky.backend.popen_loky_posix", "--process-name", "LokyProcess-2"],
    ],
    ["blender", ["/opt/blender/blender", "-b"]],
    ["unattended-upgrades", ["/usr/bin/python3", "/usr/bin/unattended-upgrades"]],
  ])("%s", (expected, commandLine) => {
    expect(runtimeName(detail(commandLine))).toBe(expected);
  });

  it("falls back to the kernel's name", () => {
    expect(runtimeName(detail(null, "celery"))).toBe("celery");
    expect(runtimeName(detail([], "celery"))).toBe("celery");
  });

  it("never lets control characters, line breaks or turned text through, and is never empty or long", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary", maxLength: 300 }), { maxLength: 6 }), (commandLine) => {
        const one = detail(["python3", ...commandLine]);
        const name = runtimeName(one);
        expect(name.length).toBeGreaterThan(0);
        expect(name.length).toBeLessThanOrEqual(80);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: those must be gone
        const unsafe = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
        expect(name).not.toMatch(unsafe);
        expect(commandLineText(one)).not.toMatch(unsafe);
      }),
    );
  });

  it("quotes arguments so that one line can be read back", () => {
    expect(commandLineText(detail(["python3", "-c", "print('a b')", ""]))).toBe("python3 -c 'print('\\''a b'\\'')' ''");
    expect(commandLineText(detail(null))).toBeNull();
  });
});
