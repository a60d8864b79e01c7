import Ajv2020 from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { writeSnapshot } from "../core/recording/snapshot.ts";
import { diagnoseReport } from "../core/report/diagnose-report.ts";
import { diagnoseReportSchema } from "../core/report/diagnose-schema.ts";
import { diffReport } from "../core/report/diff-report.ts";
import { diffReportSchema } from "../core/report/diff-schema.ts";
import { listReport } from "../core/report/list-report.ts";
import { listReportSchema } from "../core/report/list-schema.ts";
import { snapshotSchema } from "../core/report/snapshot-schema.ts";
import { simulate } from "../core/testing/sample-builder.ts";
import { BUSY_MACHINE } from "../core/testing/scenarios.ts";
import { replay } from "../sampler/source.ts";
import { sentence } from "../words/sentences.ts";

/** Published schemas; `npx vitest run cli/schema -u` writes them anew. */
const PUBLISHED = {
  list: { schema: listReportSchema, title: "What `gilscope list --json` prints" },
  diagnose: { schema: diagnoseReportSchema, title: "What `gilscope diagnose --json` prints" },
  diff: { schema: diffReportSchema, title: "What `gilscope diff --json` prints" },
  snapshot: { schema: snapshotSchema, title: "A snapshot, as `gilscope export --format json` writes it" },
} as const;

/** Keys may be added without a new version, so readers' schemas let unknown ones pass. */
function jsonSchema(name: keyof typeof PUBLISHED): Readonly<Record<string, unknown>> {
  const { schema, title } = PUBLISHED[name];
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input" });
  return { $schema, title, ...rest };
}

describe.each(Object.keys(PUBLISHED) as (keyof typeof PUBLISHED)[])("the %s schema", (name) => {
  it("is published as it is", async () => {
    await expect(`${JSON.stringify(jsonSchema(name), null, 2)}\n`).toMatchFileSnapshot(
      `../docs/schema/${name}.schema.json`,
    );
  });
});

describe("real output", () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const { header, samples } = simulate(BUSY_MACHINE, 7);
  const frame = replay(header, samples)!;

  it("is what the schemas describe", () => {
    const reports = frame.runtimes.map((runtime) => diagnoseReport(frame, header, runtime.rowId, sentence));
    const snapshot = writeSnapshot({ header, frame, samples, redacted: false, say: sentence });
    const valid = (name: keyof typeof PUBLISHED, value: unknown): void => {
      const validate = ajv.compile(jsonSchema(name));
      expect(validate(JSON.parse(JSON.stringify(value))), JSON.stringify(validate.errors)).toBe(true);
    };
    valid("list", listReport(frame, header));
    valid("diff", diffReport({ header, frame }, { header, frame }));
    for (const report of reports) valid("diagnose", report);
    valid("snapshot", JSON.parse(snapshot));
  });

  it("that lacks a key or has another type is refused", () => {
    const validate = ajv.compile(jsonSchema("list"));
    const { runtimes, ...rest } = listReport(frame, header);
    expect(validate(rest)).toBe(false);
    expect(validate({ ...rest, runtimes: runtimes.map((runtime) => ({ ...runtime, pid: "1" })) })).toBe(false);
  });
});
