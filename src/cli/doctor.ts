import type { Command } from 'commander';
import type { Config, Listen } from '../config/config.ts';
import { VERSION } from '../version.ts';
import { type CliContext, fail, type GlobalOptions } from './context.ts';
import { checkAddress } from './doctor/address.ts';
import { checkClock, type ClockSample, watchClocks } from './doctor/clock.ts';
import { checkIntegrity } from './doctor/database.ts';
import { checkDisk, checkSync } from './doctor/disk.ts';
import { checkFetchCap } from './doctor/fetch-cap.ts';
import type { Finding } from './doctor/finding.ts';
import { checkHardening } from './doctor/hardening.ts';
import { checkOpenFiles } from './doctor/open-files.ts';
import { checkPostgres } from './doctor/postgres.ts';
import { checkProvider } from './doctor/providers.ts';
import { checkRedis } from './doctor/redis.ts';
import { findService, readText } from './doctor/service.ts';
import { EXIT } from './exit-codes.ts';
import { requireConfig } from './load-config.ts';
import { printJson, printLines, printTable } from './output.ts';

interface DoctorFlags {
  readonly offline?: boolean;
}

const EXAMPLES = `
Examples:
  tokenharbor doctor
  tokenharbor doctor --offline --json --config tokenharbor.yaml
It may run beside the server. A provider's key is tried with requests that cost nothing, and is never printed.`;

export function registerDoctor(program: Command, context: CliContext): void {
  program
    .command('doctor')
    .description('look for what would bite in production; exits with 3 when a check fails')
    .option('--offline', 'ask no provider')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: DoctorFlags, command: Command) => {
      const config = requireConfig(command, context);
      const { json, quiet } = command.optsWithGlobals<GlobalOptions>();
      const findings = await examine(config, context, flags, progressOn(context, quiet === true));
      const ok = findings.every(({ status }) => status !== 'fail');
      if (json === true) printJson(context.stdout, { ok, checks: findings });
      else print(context, quiet === true ? findings.filter(isTrouble) : findings);
      // What failed has been printed; one more line would only be in the way of a script.
      if (!ok) fail(EXIT.CHECK_FAILED, '');
    });
}

/** One check after the other: streams and providers would be in each other's way. */
async function examine(
  config: Config,
  { env }: CliContext,
  { offline }: DoctorFlags,
  progress: (what: string) => void,
): Promise<readonly Finding[]> {
  const { dataDir, listen, adminListen, providers, database, redis } = config;
  const clocks = watchClocks();
  const service = findService(env, process.pid);
  const findings: Finding[] = [];
  const look = async (what: string, check: () => Finding | readonly Finding[] | Promise<Finding>): Promise<void> => {
    progress(what);
    findings.push(...[await check()].flat());
  };
  const files = `/proc/${service?.pid ?? 'self'}`;
  const whose = service === undefined ? 'for this process' : `for ${service.unit}`;
  await look('open files', () => checkOpenFiles(readText(`${files}/limits`), whose));
  await look('streams', () => checkFetchCap());
  await look('address', () => checkAddress(listen));
  if (adminListen !== undefined) await look('admin address', () => checkAdminAddress(adminListen, config));
  await look('disk', () => checkDisk(dataDir));
  await look('disk', () => checkSync(dataDir));
  await look('database', () => (database === undefined ? checkIntegrity(dataDir) : checkPostgres(database)));
  if (redis !== undefined) await look('redis', () => checkRedis(redis));
  const samples: ClockSample[] = [];
  for (const provider of offline === true ? [] : providers) {
    progress(`provider ${provider.name}`);
    const report = await checkProvider(provider, `tokenharbor/${VERSION}`);
    findings.push(...report.findings);
    samples.push(...report.clock);
  }
  await look('clock', () => [checkClock(samples), clocks()]);
  await look('hardening', () =>
    checkHardening(service?.unit, { status: readText(`${files}/status`), mounts: readText(`${files}/mountinfo`) }),
  );
  progress('');
  return findings;
}

/** One that nobody chose, and that is taken, only leaves a server without an admin listener. */
async function checkAdminAddress(at: Listen, { origins }: Config): Promise<Finding> {
  const found = await checkAddress(at, 'admin address');
  return found.status === 'fail' && origins['admin.listen']?.kind === 'default' ? { ...found, status: 'warn' } : found;
}

/** One line that is written over, for people; a file or a pipe gets none. */
function progressOn({ stderr }: CliContext, quiet: boolean): (what: string) => void {
  if (stderr.isTTY !== true || quiet) return () => undefined;
  return (what) => void stderr.write(`\r\u001b[K${what === '' ? '' : `looking at ${what} ...`}`);
}

function isTrouble({ status }: Finding): boolean {
  return status === 'warn' || status === 'fail';
}

function print({ stdout }: CliContext, findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  printTable(
    stdout,
    ['CHECK', 'STATUS', 'FOUND'],
    findings.map(({ check, status, detail }) => [check, status, detail]),
  );
  const fixes = findings.flatMap(({ check, fix }) => (fix === undefined ? [] : [`${check}: ${fix}`]));
  if (fixes.length > 0) printLines(stdout, ['', 'What to do:', ...fixes.map((line) => `  ${line}`)]);
}
