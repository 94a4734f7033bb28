import type { Command } from 'commander';
import { formatUsd } from '../accounts/pricing.ts';
import type { Credit, Stores } from '../accounts/store/ports.ts';
import { type CliContext, fail, type GlobalOptions } from './context.ts';
import { printCsv } from './csv.ts';
import { EXIT } from './exit-codes.ts';
import { printJson, printLines, printTable } from './output.ts';
import { readMonth } from './read-dates.ts';
import { sumUp, toHeading, toUsageRow, usageColumns } from '../accounts/usage-rows.ts';
import { type OpenStores, withStores } from './with-stores.ts';

interface BillFlags {
  readonly account: string;
  readonly month?: string;
  readonly csv?: boolean;
}

const EXAMPLES = `
Examples:
  tokenharbor bill --account acme --month 2026-03
  tokenharbor bill --month 2026-03 --csv > march.csv
A month's bill is final once every request made in it has ended, and the month is over (UTC).`;

const BY = ['key', 'model'] as const;

export function registerBill(program: Command, context: CliContext, openStores: OpenStores): void {
  program
    .command('bill')
    .description('print what an account owes for a month, by key and model')
    .option('--account <account>', 'who pays', 'default')
    .option('--month <month>', 'such as 2026-03, in UTC (default: this month)')
    .option('--csv', 'print CSV')
    .addHelpText('after', EXAMPLES)
    .action((flags: BillFlags, command: Command) =>
      withStores(command, openStores, async (stores) => print(command, context, flags, await makeBill(stores, flags))),
    );
}

async function makeBill({ usage, accounts, ledger }: Stores, { account, month: asked }: BillFlags) {
  const now = Date.now();
  const month = asked ?? new Date(now).toISOString().slice(0, 7);
  const { first, next } = readMonth('--month', month);
  const totals = await usage.totals({ by: BY, account, since: first, until: next });
  const [end, record] = [Date.parse(next), await accounts.find(account)];
  // At its last moment, so that what is held is what was held for in this month.
  const standings = await ledger.standings('account', account, end - 1);
  const held = standings.find(({ period }) => period === 'month')?.heldNano ?? 0n;
  const credits = record?.prepaid === true ? await accounts.credits(account) : [];
  const paid = credits.filter(({ atMs }) => atMs >= Date.parse(first) && atMs < end);
  const spent = standings.find(({ period }) => period === 'total')?.spentNano ?? 0n;
  return {
    account,
    month,
    currency: 'USD',
    final: end <= now && held === 0n,
    rows: totals.map((total) => toUsageRow(total, BY)),
    total: sumUp(totals),
    open_usd: formatUsd(held),
    ...(record?.prepaid === true
      ? { credits: paid.map(toCredit), balance_usd: formatUsd(record.creditedNano - spent) }
      : undefined),
  };
}

function toCredit({ atMs, amountNano, note }: Credit) {
  return { at: new Date(atMs).toISOString(), amount_usd: formatUsd(amountNano), note };
}

type Bill = Awaited<ReturnType<typeof makeBill>>;

function print(command: Command, { stdout }: CliContext, { csv }: BillFlags, bill: Bill): void {
  const { json, quiet } = command.optsWithGlobals<GlobalOptions>();
  if (json === true && csv === true) fail(EXIT.USAGE, '--json and --csv: choose one.');
  const { names, figures } = usageColumns(BY);
  if (json === true) return printJson(stdout, bill);
  if (csv === true) {
    const cells = bill.rows.map((row) => [bill.account, bill.month, ...names.map((name) => row[name] ?? '')]);
    return printCsv(stdout, ['account', 'month', ...names], cells);
  }
  const { account, month, total, final } = bill;
  if (quiet !== true) {
    printLines(stdout, [`Account ${account}, ${month} (UTC)${final ? '' : ', so far'}, in US dollars`, '']);
  }
  const cells = bill.rows.map((row) => names.map((name) => String(row[name] ?? '')));
  const sums = total as Readonly<Record<string, string | number>>;
  const last = names.map((name, at) => (at === 0 ? 'total' : String(sums[name] ?? '')));
  printTable(stdout, names.map(toHeading), [...cells, last], figures);
  if (bill.open_usd !== formatUsd(0n))
    printLines(stdout, ['', `Held for requests that have not ended: ${bill.open_usd}`]);
  if (bill.credits !== undefined) {
    const paid = bill.credits.map(({ at, amount_usd, note }) => `${at.slice(0, 10)}  ${amount_usd}  ${note}`.trimEnd());
    printLines(stdout, ['', ...(paid.length === 0 ? [] : ['Credited:', ...paid]), `Balance: ${bill.balance_usd}`]);
  }
}
