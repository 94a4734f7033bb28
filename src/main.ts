/**
 * The program's start. Nothing is imported before the process's environment is right: Bun reads these variables when
 * it starts, so setting them here would be too late.
 */

/** Older versions lose aborts of streams: an upstream goes on, and is paid for, after its client has left. */
const MIN_BUN = [1, 4, 5] as const;

/** Bun runs 256 requests at a time and lets the 257th stream wait, silently. */
const MAX_REQUESTS = '65535';

/** Variables that would bend how requests are made or print their headers, keys included. */
const UNWANTED = [
  'BUN_CONFIG_VERBOSE_FETCH',
  'BUN_INSPECT',
  'BUN_OPTIONS',
  'NODE_TLS_REJECT_UNAUTHORIZED',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'http_proxy',
  'https_proxy',
  'all_proxy',
];

/** Verbs that send requests, or tell whether they could be sent. */
const SENDERS: ReadonlySet<string> = new Set(['serve', 'doctor']);

function refuseOldBun(): void {
  const have = Bun.version.split('.').map((part) => Number.parseInt(part, 10));
  for (const [i, min] of MIN_BUN.entries()) {
    const part = have[i] ?? 0;
    if (part > min) return;
    if (part < min) {
      process.stderr.write(`tokenharbor: needs Bun ${MIN_BUN.join('.')} or newer, this is ${Bun.version}\n`);
      process.exit(1);
    }
  }
}

/** Starts this very process again, same id and arguments, where its environment is not right yet. */
function fixEnvironment(args: readonly string[]): void {
  const { env } = process;
  const right = env.BUN_CONFIG_MAX_HTTP_REQUESTS === MAX_REQUESTS && !UNWANTED.some((name) => env[name] !== undefined);
  if (right || !args.some((arg) => SENDERS.has(arg)) || process.execve === undefined) return;
  const clean: NodeJS.ProcessEnv = { ...env, BUN_CONFIG_MAX_HTTP_REQUESTS: MAX_REQUESTS };
  for (const name of UNWANTED) delete clean[name];
  const compiled = import.meta.path.startsWith('/$bunfs/');
  const script = compiled ? [] : [Bun.main];
  process.execve(process.execPath, [process.execPath, ...script, ...args], clean as Record<string, string>);
}

const args = process.argv.slice(2);
if ('Bun' in globalThis) {
  refuseOldBun();
  fixEnvironment(args);
} else {
  // Deno reads them when they are first of use.
  for (const name of UNWANTED) delete process.env[name];
}
const [{ run }, { openStandardStream }] = await Promise.all([
  import('./cli/program.ts'),
  import('./cli/standard-output.ts'),
]);
const code = await run(args, {
  env: process.env,
  cwd: process.cwd(),
  stdin: process.stdin,
  stdout: openStandardStream(1, process.stdout.isTTY === true),
  stderr: openStandardStream(2, process.stderr.isTTY === true),
});
process.exit(code);
