import { Command, CommanderError } from 'commander';
import { openStores as openStoresOf } from '../accounts/store/open-stores.ts';
import { StoreError } from '../accounts/store/store-error.ts';
import { VERSION } from '../version.ts';
import { registerAccounts } from './accounts.ts';
import { registerAdmin } from './admin.ts';
import { findAdminPlace } from './admin-place.ts';
import { registerBackup } from './backup.ts';
import { registerBill } from './bill.ts';
import { registerCompletion } from './completion.ts';
import { registerConfig } from './config.ts';
import { type CliContext, CliError } from './context.ts';
import { registerDoctor } from './doctor.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { registerHealth } from './health.ts';
import { registerHelp } from './help.ts';
import { registerImport } from './import.ts';
import { registerKeys } from './keys.ts';
import { registerLedger } from './ledger.ts';
import { loadFor, requirePlace } from './load-config.ts';
import { registerMan } from './man.ts';
import { registerMigrate } from './migrate.ts';
import { registerModels } from './models.ts';
import { registerRoute } from './route.ts';
import { registerServe } from './serve.ts';
import { registerSystemd } from './systemd.ts';
import { registerUsage } from './usage.ts';
import { registerVersion } from './version.ts';

const EXAMPLES = `
Examples:
  tokenharbor serve
  tokenharbor keys create --name laptop
  tokenharbor usage --by day
  tokenharbor help keys create`;

/** Runs one command line; returns the exit code. Whatever a verb throws is told on standard error here. */
export async function run(args: readonly string[], context: CliContext): Promise<ExitCode> {
  try {
    await buildProgram(context).parseAsync([...args], { from: 'user' });
    return EXIT.OK;
  } catch (cause) {
    return explain(cause, context);
  }
}

/** The whole command line: what is registered here is what there is. */
export function buildProgram(context: CliContext): Command {
  const program = new Command('tokenharbor')
    .description('LLM gateway: OpenAI and Anthropic endpoints, one set of keys, one router, one bill')
    .option('-c, --config <file>', 'configuration file (YAML)')
    .option('--data-dir <dir>', 'where keys and usage are kept')
    .option('--json', 'print JSON')
    .option('--quiet', 'print results and errors only')
    .option('--no-color', 'no colours; NO_COLOR does the same')
    .version(VERSION, '--version', 'print the version alone')
    .addHelpText('after', EXAMPLES)
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
    });
  registerServe(program, context);
  const placeOf = (command: Command) => requirePlace(command, context);
  const openStores = (command: Command) => openStoresOf(placeOf(command));
  registerKeys(program, context, openStores);
  registerAccounts(program, context, openStores);
  registerAdmin(program, context, openStores, (command) => {
    const { dataDir, adminListen } = loadFor(command, context);
    return (dataDir === undefined ? undefined : findAdminPlace(dataDir)) ?? adminListen;
  });
  registerUsage(program, context, openStores);
  registerBill(program, context, openStores);
  registerLedger(program, context, openStores);
  registerBackup(program, context, placeOf);
  registerMigrate(program, context, placeOf);
  registerModels(program, context);
  registerRoute(program, context);
  registerConfig(program, context);
  registerImport(program, context);
  registerHealth(program, context);
  registerDoctor(program, context);
  registerSystemd(program, context);
  registerCompletion(program, context);
  registerMan(program, context);
  registerVersion(program, context);
  registerHelp(program);
  inheritSettings(program);
  return program;
}

/** Commander copies these to a verb when it is made, which is before they are set. */
function inheritSettings(command: Command): void {
  for (const verb of command.commands) {
    verb.copyInheritedSettings(command);
    inheritSettings(verb);
  }
}

function explain(cause: unknown, context: CliContext): ExitCode {
  if (cause instanceof CommanderError) return cause.exitCode === 0 ? EXIT.OK : EXIT.USAGE;
  if (cause instanceof CliError) {
    if (cause.message !== '') context.stderr.write(`tokenharbor: ${cause.message}\n`);
    return cause.exitCode;
  }
  if (cause instanceof StoreError) {
    context.stderr.write(`tokenharbor: ${cause.message}\n`);
    return EXIT.UNAVAILABLE;
  }
  context.stderr.write(`tokenharbor: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}\n`);
  return EXIT.FAILURE;
}
