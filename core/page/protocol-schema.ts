import * as z from "zod";
import { ACT_SIGNALS, HIGHEST_CPU, NICE_VALUES } from "../act/action.ts";
import { REVEALED } from "../act/reveal.ts";
import { EXAMPLE_IDS } from "../launch/examples.ts";
import { settingsSchema } from "../settings/settings.ts";
import { EXPORT_FORMATS, type RequestName, type Requests, type SourceId } from "./protocol.ts";

/** Longest text of a file that is opened, in UTF-16 units. */
export const MAX_FILE_TEXT = 256 * 2 ** 20;
/** Most points of one answer of series or sparklines, over all rows. */
export const MAX_POINTS = 200_000;

const source = z.string().regex(/^(?:live|file-[0-9]{1,9})$/) as unknown as z.ZodType<SourceId>;
const rowId = z
  .number()
  .int()
  .min(0)
  .max(2 ** 32 - 1);
const wallMs = z.number().min(-8.64e15).max(8.64e15);
const range = { fromWallMs: wallMs, toWallMs: wallMs };
const seconds = z.number().min(1).max(31_622_400);
const points = z.number().int().min(1).max(2000);

const target = {
  processRowId: rowId,
  pid: z
    .number()
    .int()
    .min(2)
    .max(2 ** 31 - 1),
  startTicks: z
    .number()
    .int()
    .min(0)
    .max(2 ** 53),
};
const action = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("signal"), signal: z.enum(ACT_SIGNALS) }),
  z.object({ kind: z.literal("nice"), nice: z.literal(NICE_VALUES) }),
  z.object({ kind: z.literal("affinity"), cpus: z.array(z.number().int().min(0).max(HIGHEST_CPU)).min(1).max(4096) }),
]);
/** A word of a command; a zero byte would end it early for the system. */
const word = z
  .string()
  .max(32_768)
  .refine((text) => !text.includes("\0"));
const launchId = z.number().int().min(1).max(1e9);
const pixels = z.number().min(0).max(32_768);

/** What each request takes; anything else is refused before it is looked at. */
export const requestSchemas: { readonly [Name in RequestName]: z.ZodType<Requests[Name]["argument"]> } = {
  welcome: z.null(),
  nextFrame: z.object({ source, after: z.number().int().min(-1), selectedRowId: rowId.nullable() }),
  frameAt: z.object({ source, wallMs, selectedRowId: rowId.nullable() }),
  frameBetween: z.object({ source, ...range, selectedRowId: rowId.nullable() }),
  timeLine: z.object({ source, points, eventsAfter: z.number().int().min(0) }),
  mark: z.object({ source, wallMs }),
  compareRanges: z.object({
    before: z.object({ source, ...range }),
    after: z.object({ source, ...range }),
  }),
  series: z.object({
    source,
    rowId,
    untilWallMs: wallMs.nullable(),
    seconds,
    points,
    followedRowId: rowId.nullable(),
  }),
  threadSparklines: z
    .object({
      source,
      processRowId: rowId,
      rowIds: z.array(rowId).max(5000),
      untilWallMs: wallMs.nullable(),
      seconds,
      points,
    })
    .refine((argument) => argument.rowIds.length * argument.points <= MAX_POINTS),
  sparklines: z
    .object({ source, rowIds: z.array(rowId).max(5000), untilWallMs: wallMs.nullable(), seconds, points })
    .refine((argument) => argument.rowIds.length * argument.points <= MAX_POINTS),
  lanes: z.object({
    source,
    processRowId: rowId,
    fromMonotonicMs: z
      .number()
      .min(0)
      .max(2 ** 53),
  }),
  stack: z.object({ source, processRowId: rowId, wallMs: wallMs.nullable() }),
  processes: z.object({ source, fromWallMs: wallMs.nullable(), toWallMs: wallMs.nullable() }),
  visibility: z.object({ visible: z.boolean() }),
  exportSnapshot: z.object({
    source,
    format: z.enum(EXPORT_FORMATS),
    redact: z.boolean(),
    untilWallMs: wallMs.nullable(),
  }),
  record: z.object({ on: z.boolean() }),
  openFile: z.object({ fileName: z.string().max(1024), text: z.string().max(MAX_FILE_TEXT) }),
  opening: z.object({ fileName: z.string().max(1024), cancel: z.boolean() }),
  closeFile: z.object({ source }),
  copyText: z.object({ text: z.string().max(2 ** 20) }),
  act: z.object({ ...target, action }),
  reveal: z.object({ ...target, what: z.enum(REVEALED) }),
  launch: z.object({
    words: z.array(word).min(1).max(4096),
    workingDirectory: word.nullable(),
    environment: z.array(z.object({ name: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,255}$/), value: word })).max(256),
  }),
  launchExample: z.object({ id: z.enum(EXAMPLE_IDS) }),
  launched: z.object({
    id: launchId,
    from: z
      .number()
      .int()
      .min(0)
      .max(2 ** 53),
  }),
  endLaunched: z.object({ id: launchId, firmly: z.boolean() }),
  settings: z.null(),
  keepSettings: z.object({ settings: settingsSchema }),
  savePicture: z.object({
    name: z.string().regex(/^[\w.-]{1,120}$/),
    picture: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("svg"), text: z.string().max(32 * 2 ** 20) }),
      z.object({
        kind: z.literal("png"),
        area: z.object({ x: pixels, y: pixels, width: pixels.min(1), height: pixels.min(1) }).nullable(),
      }),
    ]),
  }),
};

/** Whether a name is one of a request. */
export function isRequestName(name: string): name is RequestName {
  return Object.hasOwn(requestSchemas, name);
}
