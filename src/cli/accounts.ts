import type { Command } from 'commander';
import { createAccount, creditAccount } from '../accounts/accounts/lifecycle.ts';
import { formatUsd } from '../accounts/pricing.ts';
import type { AccountRecord, Stores } from '../accounts/store/ports.ts';
import type { CliContext, GlobalOptions } from './context.ts';
import { printJson, printLines, printTable } from './output.ts';
import { type BudgetFlags, describeBudget, readBudget, readUsd } from './read-money.ts';
import { type OpenStores, withStores } from './with-stores.ts';

const EXAMPLES = `
Examples:
  tokenharbor accounts create acme --budget 100 --budget-period month
  tokenharbor accounts create pre --prepaid
  tokenharbor accounts credit pre 25 --note 'invoice 17'
A key belongs to the account that \`keys create --account\` names. An account that was never created pays later and without a budget.`;

export function registerAccounts(program: Command, context: CliContext, openStores: OpenStores): void {
  const accounts = program
    .command('accounts')
    .description('who pays: make, list and credit accounts')
    .addHelpText('after', EXAMPLES);

  accounts
    .command('create')
    .argument('<account>', 'what it is called: acme')
    .option('--prepaid', 'spends what was credited, and no more')
    .option('--budget <usd>', 'the most its keys may spend together')
    .option('--budget-period <period>', 'day, week, month or total (default: month)')
    .description('make an account')
    .addHelpText('after', EXAMPLES)
    .action((id: string, flags: BudgetFlags & { readonly prepaid?: boolean }, command: Command) =>
      withStores(command, openStores, async (stores) => {
        const request = { id, prepaid: flags.prepaid === true, budget: readBudget(flags) };
        const account = await createAccount(stores.accounts, request, Date.now());
        await printOne(command, context, stores, account, `Made account ${id}.`);
      }),
    );
  accounts
    .command('list')
    .description('list every account: those that were created, and those that keys name')
    .action((_options: unknown, command: Command) =>
      withStores(command, openStores, async (stores) => printList(command, context, await rowsOfAll(stores))),
    );
  accounts
    .command('credit')
    .argument('<account>', 'a prepaid account')
    .argument('<usd>', 'what was paid in; a negative amount, after --, takes it back')
    .option('--note <text>', 'what for', '')
    .description('add to the balance of a prepaid account; a running server counts it at once')
    .addHelpText('after', EXAMPLES)
    .action((id: string, usd: string, { note }: { readonly note: string }, command: Command) =>
      withStores(command, openStores, async (stores) => {
        const amount = readUsd('amount', usd, true);
        const account = await creditAccount(stores.accounts, id, amount, note, Date.now());
        await printOne(command, context, stores, account, `Credited ${formatUsd(amount)} to account ${id}.`);
      }),
    );
}

/** An account as scripts get it, and its budget in words. */
type Row = Awaited<ReturnType<typeof toRow>>;

async function rowsOfAll(stores: Stores): Promise<Row[]> {
  const created = await stores.accounts.list();
  const named = (await stores.keys.list()).map(({ account }) => account);
  const used = (await stores.usage.totals({ by: ['account'] })).map(({ account }) => account ?? '');
  const known = new Set(created.map(({ id }) => id));
  const implied = [...new Set([...named, ...used])].filter((id) => !known.has(id));
  const all: readonly (AccountRecord | string)[] = [...created, ...implied];
  const rows = await Promise.all(all.map((account) => toRow(stores, account)));
  return rows.sort((a, b) => (a.json.id < b.json.id ? -1 : 1));
}

/** Money is dollars as text, with nine decimals. An account that was never created is its name alone. */
async function toRow({ ledger }: Stores, account: AccountRecord | string) {
  const record = typeof account === 'string' ? undefined : account;
  const id = record?.id ?? (account as string);
  const total = (await ledger.standings('account', id, Date.now())).find(({ period }) => period === 'total');
  const { spentNano = 0n, heldNano = 0n } = total ?? {};
  const json = {
    id,
    prepaid: record?.prepaid ?? false,
    budget_usd: record?.budget ? formatUsd(record.budget.limitNano) : null,
    budget_period: record?.budget?.period ?? null,
    spent_usd: formatUsd(spentNano),
    held_usd: formatUsd(heldNano),
    credited_usd: record?.prepaid === true ? formatUsd(record.creditedNano) : null,
    balance_usd: record?.prepaid === true ? formatUsd(record.creditedNano - spentNano) : null,
    created_at: record === undefined ? null : new Date(record.createdAt).toISOString(),
  };
  return { json, budget: describeBudget(record?.budget ?? null, formatUsd) };
}

async function printOne(
  command: Command,
  { stdout }: CliContext,
  stores: Stores,
  account: AccountRecord,
  done: string,
): Promise<void> {
  const { json, quiet } = command.optsWithGlobals<GlobalOptions>();
  const row = await toRow(stores, account);
  if (json === true) return printJson(stdout, row.json);
  if (quiet === true) return;
  const balance = row.json.balance_usd === null ? '' : ` Its balance is ${row.json.balance_usd} US dollars.`;
  const budget = account.budget === null ? '' : ` Its budget is ${row.budget}.`;
  printLines(stdout, [`${done}${balance}${budget}`]);
}

function printList(command: Command, { stdout, stderr }: CliContext, rows: readonly Row[]): void {
  const { json, quiet } = command.optsWithGlobals<GlobalOptions>();
  if (json === true) {
    const all = rows.map((row) => row.json);
    return printJson(stdout, all);
  }
  if (rows.length === 0) {
    if (quiet !== true)
      printLines(stderr, ['There are no accounts yet. `tokenharbor accounts create NAME` makes one.']);
    return;
  }
  const head = ['ACCOUNT', 'PAYS', 'BUDGET', 'SPENT', 'HELD', 'BALANCE'];
  const cells = rows.map(({ json: { id, prepaid, spent_usd, held_usd, balance_usd }, budget }) => [
    id,
    prepaid ? 'before' : 'after',
    budget,
    spent_usd,
    held_usd,
    balance_usd ?? '-',
  ]);
  printTable(stdout, head, cells, [3, 4, 5]);
}
