import type { Config } from './config.ts';

/** What a server opens or starts once, by its path in the file. */
const FIXED: readonly (readonly [path: string, value: (config: Config) => unknown])[] = [
  ['listen', ({ listen }) => listen.text],
  ['admin.listen', ({ adminListen }) => adminListen?.text],
  ['admin.hosts', ({ adminHosts }) => adminHosts],
  ['data_dir', ({ dataDir }) => dataDir],
  ['database', ({ database }) => database],
  ['redis', ({ redis }) => redis],
  ['limits', ({ limits }) => limits],
  ['telemetry', ({ otlp }) => otlp],
  ['ledger', ({ ledger }) => ledger],
  ['server.workers', ({ server }) => server.workers],
];

/** The options in which another configuration differs so that a running server cannot take it over. */
export function needsRestart(inUse: Config, fresh: Config): readonly string[] {
  return FIXED.filter(([, value]) => JSON.stringify(value(inUse)) !== JSON.stringify(value(fresh))).map(
    ([path]) => path,
  );
}
