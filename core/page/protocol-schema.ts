import { z } from "zod";
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

/** What each request takes; anything else is refused before it is looked at. */
export const requestSchemas: { readonly [Name in RequestName]: z.ZodType<Requests[Name]["argument"]> } = {
  welcome: z.null(),
  nextFrame: z.object({ source, after: z.number().int().min(-1), selectedRowId: rowId.nullable() }),
  frameAt: z.object({ source, wallMs, selectedRowId: rowId.nullable() }),
  frameBetween: z.object({ source, ...range, selectedRowId: rowId.nullable() }),
  timeLine: z.object({ source, points }),
  mark: z.object({ source, wallMs }),
  compareRanges: z.object({
    before: z.object({ source, ...range }),
    after: z.object({ source, ...range }),
  }),
  series: z.object({ source, rowId, untilWallMs: wallMs.nullable(), seconds, points }),
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
  visibility: z.object({ visible: z.boolean() }),
  exportSnapshot: z.object({
    source,
    format: z.enum(EXPORT_FORMATS),
    redact: z.boolean(),
    untilWallMs: wallMs.nullable(),
  }),
  openFile: z.object({ fileName: z.string().max(1024), text: z.string().max(MAX_FILE_TEXT) }),
  closeFile: z.object({ source }),
  copyText: z.object({ text: z.string().max(2 ** 20) }),
};

/** Whether a name is one of a request. */
export function isRequestName(name: string): name is RequestName {
  return Object.hasOwn(requestSchemas, name);
}
