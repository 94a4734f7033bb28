import type { Command } from 'commander';
import type { UsageDimension, UsageQuery, UsageTotal } from '../accounts/store/ports.ts';
import { type CliContext, fail, type GlobalOptions } from './context.ts';
import { printCsv } from './csv.ts';
import { EXIT } from './exit-codes.ts';
import { printJson, printLines, printTable } from './output.ts';
import { readDays } from './read-dates.ts';
import { DIMENSIONS, sumUp, toHeading, toUsageRow, usageColumns } from '../accounts/usage-rows.ts';
import { type OpenStores, withStores } from './with-stores.ts';

interface UsageFlags {
  readonly by?: string;
  readonly since?: string;
  readonly until?: string;
  readonly key?: string;
  readonly account?: string;
  readonly csv?: boolean;
}

const EXAMPLES = `
Examples:
  tokenharbor usage                                    by key and model, since ever
  tokenharbor usage --by day --since 2026-03           from the first of March on
  tokenharbor usage --by model --since 2026-03-01 --until 2026-03-31
  tokenharbor usage --by day,model --key key_... --csv > usage.csv
A request counts for the UTC day on which it was made, once it is settled. input_tokens are without the cached ones.`;

export function registerUsage(program: Command, context: CliContext, openStores: OpenStores): void {
  program
    .command('usage')
    .description('show what was used and what it cost')
    .option('--by <dimensions>', 'key, model, account or day, or several with commas (default: key,model)')
    .option('--since <date>', 'from this day or month on: 2026-03-01 or 2026-03 (UTC)')
    .option('--until <date>', 'up to this day or month, and with it')
    .option('--key <id>', 'of this key alone')
    .option('--account <account>', 'of this account alone')
    .option('--csv', 'print CSV')
    .addHelpText('after', EXAMPLES)
    .action((flags: UsageFlags, command: Command) =>
      withStores(command, openStores, async ({ usage }) => {
        const by = readDimensions(flags.by);
        print(command, context, flags, by, await usage.totals(toQuery(flags, by)));
      }),
    );
}

function toQuery(flags: UsageFlags, by: readonly UsageDimension[]): UsageQuery {
  const { key, account } = flags;
  const since = flags.since === undefined ? undefined : readDays('--since', flags.since).first;
  const until = flags.until === undefined ? undefined : readDays('--until', flags.until).next;
  // The other way round no day is left, which would read as if nothing had been used.
  if (since !== undefined && until !== undefined && since >= until) {
    fail(EXIT.USAGE, `--until ${flags.until} is before --since ${flags.since}.`);
  }
  return {
    by,
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(key === undefined ? {} : { keyId: key }),
    ...(account === undefined ? {} : { account }),
  };
}

function readDimensions(text = 'key,model'): readonly UsageDimension[] {
  const asked = text.split(',').map((name) => name.trim());
  const wrong = asked.find((name) => !(DIMENSIONS as readonly string[]).includes(name));
  if (wrong !== undefined) {
    fail(EXIT.USAGE, `--by ${JSON.stringify(wrong)}: write key, model, account or day, or several with commas.`);
  }
  return DIMENSIONS.filter((dimension) => asked.includes(dimension));
}

function print(
  command: Command,
  { stdout, stderr }: CliContext,
  { csv }: UsageFlags,
  by: readonly UsageDimension[],
  totals: readonly UsageTotal[],
): void {
  const { json, quiet } = command.optsWithGlobals<GlobalOptions>();
  if (json === true && csv === true) fail(EXIT.USAGE, '--json and --csv: choose one.');
  const rows = totals.map((total) => toUsageRow(total, by));
  const { names, figures } = usageColumns(by);
  if (json === true) {
    printJson(stdout, { rows, total: sumUp(totals) });
  } else if (csv === true) {
    const cells = rows.map((row) => names.map((name) => row[name] ?? ''));
    printCsv(stdout, names, cells);
  } else if (rows.length > 0) {
    const cells = rows.map((row) => names.map((name) => String(row[name] ?? '')));
    const total = sumUp(totals) as Readonly<Record<string, string | number>>;
    const last = names.map((name, at) => (at === 0 ? 'total' : String(total[name] ?? '')));
    printTable(stdout, names.map(toHeading), [...cells, last], figures);
  } else if (quiet !== true) {
    printLines(stderr, ['Nothing was used then.']);
  }
}
