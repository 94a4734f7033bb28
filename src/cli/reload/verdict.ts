import type { Config } from '../../config/config.ts';
import type { LoadResult } from '../../config/load.ts';
import { needsRestart } from '../../config/needs-restart.ts';

/** Whether a running server can take a configuration over. `note`: why not, for a line of status. */
export type Verdict =
  | { readonly kind: 'good'; readonly fresh: Config }
  | { readonly kind: 'bad'; readonly note: string; readonly why: string; readonly restartFor: readonly string[] };

/** Judges what was read again, beside the configuration in use. */
export function judge(inUse: Config, { config: fresh }: LoadResult): Verdict {
  if (fresh === undefined) {
    const note = 'the file has errors, the configuration before it stays';
    return { kind: 'bad', note, why: 'the configuration has errors; the one in use stays', restartFor: [] };
  }
  const restartFor = needsRestart(inUse, fresh);
  if (restartFor.length === 0) return { kind: 'good', fresh };
  const what = restartFor.join(', ');
  const note = `the file needs a restart (${what}), the configuration before it stays`;
  return { kind: 'bad', note, why: `a change of ${what} needs a restart; the configuration in use stays`, restartFor };
}
