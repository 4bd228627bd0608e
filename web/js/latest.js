// @ts-check

/**
 * Runs one task at a time: a new one aborts the last.
 * @returns {{ run: (task: (signal: AbortSignal) => Promise<void>) => void, cancel: () => void }}
 */
export function latest() {
  let controller = new AbortController();
  return {
    run(task) {
      controller.abort();
      controller = new AbortController();
      task(controller.signal);
    },
    cancel() {
      controller.abort();
    },
  };
}
