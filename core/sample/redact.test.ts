import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { REDACTED, redactArguments, redactText } from "./redact.ts";

describe("redaction", () => {
  it.each([
    [["app", "--password=hunter2"], "hunter2"],
    [["app", "--password", "hunter2"], "hunter2"],
    [["app", "--db-password:hunter2"], "hunter2"],
    [["app", "--dbPassword", "hunter2"], "hunter2"],
    [["app", "-token", "abc"], "abc"],
    [["app", "--api-key", "k1"], " k1"],
    [["env", "API_KEY=abc123", "python"], "abc123"],
    [["env", "AWS_SECRET_ACCESS_KEY=wJalrXUt/K7MD", "python"], "wJalr"],
    [["env", "DJANGO_SECRET=x y"], "x"],
    [["curl", "https://user:pass%20word@example.org/x"], "pass%20word"],
    [["curl", "https://example.org/?a=1&access_token=zzz&b=2"], "zzz"],
    [["curl", "-H", "Authorization: Bearer abc.def"], "abc.def"],
    [["curl", "-H", "X-Api-Key: 0123"], "0123"],
    [["curl", "-u", "user:pw"], "user:pw"],
    [["mysql", "-psecret1"], "secret1"],
    [["celery", "-b", "redis://:s3cret@host:6379/0"], "s3cret"],
    [["celery", "-b", "amqp://u:p@ss@host/"], "p@ss"],
    [["pip", "git+https://ghp_0123456789abcdefABCDEF@github.com/x/y"], "ghp_"],
    [["python", "-c", "connect(user='u', password='p w', host='h')"], "p w"],
    [["python", "-c", '{"client_secret": "abc", "x": 1}'], "abc"],
    [["psql", "host=h password=abc dbname=d"], "abc"],
    [["app", "AKIAIOSFODNN7EXAMPLE"], "AKIA"],
    [["app", "sk-abcdefghijklmnop1234"], "sk-abc"],
    [["app", "eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.SflKxwRJSMeKKF2"], "eyJ"],
    [["app", "d41d8cd98f00b204e9800998ecf8427e"], "d41d8"],
    [["app", "Zm9vYmFyMTIzNDU2Nzg5MHF3ZXJ0eQ"], "Zm9v"],
    [["app", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----"], "MIIE"],
  ])("hides the secret in %j", (commandLine, secret) => {
    const text = redactArguments(commandLine).join(" ");
    expect(text).not.toContain(secret);
    expect(text).toContain(REDACTED);
  });

  it.each([
    ["python3", "-m", "pytest", "tests/test_password_reset.py", "-k", "token"],
    ["python3", "train.py", "--max-tokens", "4096", "--lr", "3e-4", "--model", "meta-llama/Llama-3.1-8B-Instruct"],
    [
      "python3",
      "-c",
      "from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=6, pipe_handle=8)",
      "--multiprocessing-fork",
    ],
    ["/home/user/.venv/bin/python3.12", "/srv/app/manage.py", "runserver", "0.0.0.0:8000"],
    [
      "gunicorn",
      "api:app",
      "--workers=4",
      "--bind",
      "unix:/run/api.sock",
      "--worker-class",
      "uvicorn.workers.UvicornWorker",
    ],
    ["jupyter-notebook", "--port=8888", "/home/user/analysis-2026-11-22.ipynb"],
    [
      "python3",
      "-m",
      "joblib.externals.loky.backend.popen_loky_posix",
      "--process-name",
      "LokyProcess-1",
      "--pipe",
      "15",
    ],
    ["app", "--id", "123e4567-e89b-12d3-a456-426614174000", "--use-auth", "--token-type", "bearer"],
    ["app", "http://localhost:8080/path?page=2&sort=name", "user@example.org"],
  ])("leaves an ordinary command line alone: %s %s %s", (...commandLine) => {
    expect(redactArguments(commandLine)).toEqual(commandLine);
  });

  it("hides any value of a telling option, whatever it holds", () => {
    const name = fc.constantFrom("--password", "--auth-token", "--client_secret", "--apiKey", "--private-key");
    const value = fc
      .string({ minLength: 6, maxLength: 40, unit: "binary-ascii" })
      .filter((text) => !text.startsWith("-") && text.trim().length > 5);
    fc.assert(
      fc.property(name, value, (option, secret) => {
        expect(redactArguments(["app", option, secret])[2]).toBe(REDACTED);
      }),
    );
    const word = fc.stringMatching(/^[A-Za-z0-9!$%*.^_~-]{6,40}$/);
    fc.assert(
      fc.property(name, word, (option, secret) => {
        fc.pre(!REDACTED.includes(secret) && !option.includes(secret));
        expect(redactArguments(["app", `${option}=${secret}`]).join(" ")).not.toContain(secret);
        expect(redactArguments([`postgres://user:${secret}@db/x`]).join(" ")).not.toContain(secret);
      }),
    );
  });

  it("keeps the number of arguments, ends on any text, and does nothing more the second time", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary", maxLength: 60 }), { maxLength: 6 }), (commandLine) => {
        const once = redactArguments(commandLine);
        expect(once).toHaveLength(commandLine.length);
        for (const argument of commandLine) expect(redactText(redactText(argument))).toBe(redactText(argument));
      }),
    );
  });

  it("ends soon on a long hostile text", () => {
    const bait = [
      "a=".repeat(2000),
      ":".repeat(4096),
      "a://".repeat(1000),
      "-----BEGIN PRIVATE KEY-----".repeat(150),
      "Aa1".repeat(1300),
      `"${"x".repeat(4000)}`,
      " ".repeat(4096),
      "token ".repeat(700),
    ];
    for (const text of bait) expect(redactText(text)).toBeTypeOf("string");
  });
});
