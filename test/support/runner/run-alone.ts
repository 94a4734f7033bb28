/** Files beside which nothing else runs, and why. */
const ALONE: Readonly<Record<string, string>> = {
  'test/e2e/failover-load.test.ts': 'what share of a load goes to whom is decided by who answers sooner, by tens of ms',
  'test/e2e/many-streams.test.ts': 'hundreds of connections at once keep a core from everybody else for seconds',
};

export function reasonToRunAlone(file: string): string | undefined {
  return ALONE[file];
}
