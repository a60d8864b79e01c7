/** What the page controller needs from the browser, so that tests can stand in for it. */
export interface Surroundings {
  /** Milliseconds of a clock that only runs forward. */
  now(): number;
  /** Resolves after the next paint. */
  painted(): Promise<void>;
  wait(milliseconds: number): Promise<void>;
  every(milliseconds: number, task: () => void): () => void;
  hidden(): boolean;
  onVisibility(listener: () => void): () => void;
  copy(text: string): Promise<void>;
  download(fileName: string, mediaType: string, body: string | Uint8Array): void;
}

/** The real browser. */
export function browserSurroundings(page: Window): Surroundings {
  const { document } = page;
  return {
    now: () => page.performance.now(),
    painted: () => new Promise((resolve) => page.requestAnimationFrame(() => page.setTimeout(resolve, 0))),
    wait: (milliseconds) => new Promise((resolve) => page.setTimeout(resolve, milliseconds)),
    every(milliseconds, task) {
      const timer = page.setInterval(task, milliseconds);
      return () => page.clearInterval(timer);
    },
    hidden: () => document.hidden,
    onVisibility(listener) {
      document.addEventListener("visibilitychange", listener);
      return () => document.removeEventListener("visibilitychange", listener);
    },
    copy: (text) => page.navigator.clipboard.writeText(text),
    download(fileName, mediaType, body) {
      const address = URL.createObjectURL(new Blob([body as BlobPart], { type: mediaType }));
      const link = document.createElement("a");
      link.href = address;
      link.download = fileName;
      link.click();
      // The browser reads the blob after the click has been handled.
      page.setTimeout(() => URL.revokeObjectURL(address), 60_000);
    },
  };
}
