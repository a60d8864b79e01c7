const ENDING = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Waits until the user interrupts, or until `begin` calls the function it is given. What `begin` answers is called at the end.
 */
export function untilInterrupted(begin: (done: () => void) => () => void): Promise<void> {
  return new Promise((resolve) => {
    let end: (() => void) | null = null;
    let over = false;
    const done = (): void => {
      over = true;
      if (end === null) return;
      for (const signal of ENDING) process.off(signal, done);
      end();
      resolve();
    };
    for (const signal of ENDING) process.on(signal, done);
    end = begin(done);
    if (over) done();
  });
}
