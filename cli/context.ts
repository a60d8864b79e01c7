/** What a command may touch. */
export interface CliContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folder of the built bundles and of the page. */
  readonly bundleDirectory: string;
  readonly programVersion: string;
  /** Columns of the terminal; null where output is no terminal and lines are never cut. */
  readonly columns: number | null;
  /** Writes to standard output as it is: what goes there was made harmless where it was put together. */
  readonly print: (text: string | Uint8Array) => Promise<void>;
  /** Writes one line to standard error. */
  readonly note: (line: string) => void;
}
