import { SingleBar } from 'cli-progress';
import { type OnProgress, UNTOLD } from '../accounts/progress.ts';
import type { CliContext, GlobalOptions } from './context.ts';

/**
 * Does long work under a bar on standard error, for people alone: none in a pipe or a file, with `--quiet` or with
 * `--json`. The bar is gone when the work is done or has failed.
 */
export async function withProgress<T>(
  { stderr }: CliContext,
  { quiet, json }: GlobalOptions,
  work: (onProgress: OnProgress) => T | Promise<T>,
): Promise<T> {
  if (stderr.isTTY !== true || quiet === true || json === true) return work(UNTOLD);
  const bar = new SingleBar({
    stream: stderr,
    // ASCII, for terminals that have nothing else.
    format: '{stage} [{bar}] {percentage} %, {duration_formatted}',
    barsize: 30,
    fps: 10,
    clearOnComplete: true,
    synchronousUpdate: true,
    // Whatever ends the program, the terminal's own settings were never touched.
    linewrap: true,
    gracefulExit: false,
  });
  let last = 'starting';
  bar.start(1, 0, { stage: last });
  try {
    return await work((stage, done, total) => {
      bar.setTotal(Math.max(1, total));
      bar.update(done, { stage });
      // A stage may be one step that takes long.
      if (stage !== last) bar.render();
      last = stage;
    });
  } finally {
    bar.stop();
  }
}
