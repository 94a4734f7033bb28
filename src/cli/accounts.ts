import type { Command } from 'commander';
import { changeAccount, createAccount, creditAccount } from '../accounts/accounts/lifecycle.ts';
import { type AccountOverview, balanceOf, overviewOfAll, overviewOfOne } from '../accounts/accounts/overview.ts';
import { NO_LIMITS } from '../accounts/limits/ports.ts';
import { formatUsd } from '../accounts/pricing.ts';
import type { AccountRecord, Stores } from '../accounts/store/ports.ts';
import { type CliContext, type GlobalOptions, fail } from './context.ts';
import { EXIT } from './exit-codes.ts';
import { printJson, printLines, printTable } from './output.ts';
import { describeLimits, type LimitFlags, readLimits } from './read-limits.ts';
import {
  budgetPeriodOption,
  type BudgetFlags,
  budgetRow,
  describeBudget,
  readBudget,
  readBudgetChange,
  readUsd,
} from './read-money.ts';
import { type OpenStores, withStores } from './with-stores.ts';

const EXAMPLES = `
Examples:
  tokenharbor accounts create acme --budget 100 --budget-period month --rpm 600
  tokenharbor accounts set acme --budget 150 --rpm none
  tokenharbor accounts create pre --prepaid
  tokenharbor accounts credit pre 25 --note 'invoice 17'
A key belongs to the account that \`keys create --account\` names. An account that was never created pays later, without a budget or limits.`;

type TermsFlags = BudgetFlags & LimitFlags;

export function registerAccounts(program: Command, context: CliContext, openStores: OpenStores): void {
  const accounts = program
    .command('accounts')
    .description('who pays: make, list, change and credit accounts')
    .addHelpText('after', EXAMPLES);

  accounts
    .command('create')
    .argument('<account>', 'what it is called: acme')
    .option('--prepaid', 'spends what was credited, and no more')
    .option('--budget <usd>', 'the most its keys may spend together')
    .addOption(budgetPeriodOption('what the budget is for (default: month)'))
    .option('--rpm <n>', 'requests its keys may make together in a minute')
    .option('--tpm <n>', 'tokens they may use together in a minute, input and output together')
    .option('--concurrency <n>', 'requests they may have running together at the same time')
    .description('make an account')
    .addHelpText('after', EXAMPLES)
    .action((id: string, flags: TermsFlags & { readonly prepaid?: boolean }, command: Command) =>
      withStores(command, openStores, async (stores) => {
        const request = { id, prepaid: flags.prepaid === true, budget: readBudget(flags), limits: readLimits(flags) };
        const account = await createAccount(stores.accounts, request, Date.now());
        await printOne(command, context, stores, account, `Made account ${id}.`);
      }),
    );
  accounts
    .command('set')
    .argument('<account>', 'an account that was created')
    .option('--budget <usd>', 'the most its keys may spend together, or none')
    .addOption(budgetPeriodOption('what the budget is for'))
    .option('--rpm <n>', 'requests its keys may make together in a minute, or none')
    .option('--tpm <n>', 'tokens they may use together in a minute, or none')
    .option('--concurrency <n>', 'requests they may have running together at the same time, or none')
    .description('change the budget and the limits of an account; a running server follows within a second')
    .addHelpText('after', EXAMPLES)
    .action((id: string, flags: TermsFlags, command: Command) =>
      withStores(command, openStores, async (stores) => {
        const account = await changeAccount(stores.accounts, id, readChange(flags));
        await printOne(command, context, stores, account, `Changed account ${id}.`);
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

function readChange(flags: TermsFlags) {
  const [budget, limits] = [readBudgetChange(flags), readLimits(flags)];
  if (budget === undefined && Object.keys(limits).length === 0) {
    fail(EXIT.USAGE, 'Say what is to change: --budget, --budget-period, --rpm, --tpm or --concurrency.');
  }
  return { limits, ...(budget === undefined ? {} : { budget }) };
}

/** An account as scripts get it, and its budget and limits in words. */
type Row = Awaited<ReturnType<typeof toRow>>;

async function rowsOfAll(stores: Stores): Promise<Row[]> {
  return Promise.all((await overviewOfAll(stores)).map((account) => toRow(stores, account)));
}

/** Money is dollars as text, with nine decimals. An account that was never created is its name alone. */
async function toRow({ ledger }: Stores, account: AccountOverview) {
  const { id, record, spentNano } = account;
  const total = (await ledger.standings('account', id, Date.now())).find(({ period }) => period === 'total');
  const { budget, limits } = record ?? { budget: null, limits: NO_LIMITS };
  const balanceNano = balanceOf(account);
  const json = {
    id,
    prepaid: record?.prepaid ?? false,
    ...budgetRow(budget),
    ...limits,
    spent_usd: formatUsd(spentNano),
    held_usd: formatUsd(total?.heldNano ?? 0n),
    credited_usd: record?.prepaid === true ? formatUsd(record.creditedNano) : null,
    balance_usd: balanceNano === null ? null : formatUsd(balanceNano),
    created_at: record === undefined ? null : new Date(record.createdAt).toISOString(),
  };
  return { json, budget: describeBudget(budget), limits: describeLimits(limits) };
}

async function printOne(
  command: Command,
  { stdout }: CliContext,
  stores: Stores,
  account: AccountRecord,
  done: string,
): Promise<void> {
  const { json, quiet } = command.optsWithGlobals<GlobalOptions>();
  const row = await toRow(stores, await overviewOfOne(stores, account));
  if (json === true) return printJson(stdout, row.json);
  if (quiet === true) return;
  const balance = row.json.balance_usd === null ? '' : ` Its balance is ${row.json.balance_usd} US dollars.`;
  const budget = account.budget === null ? '' : ` Its budget is ${row.budget}.`;
  const limits = row.limits === 'none' ? '' : ` Its limits are ${row.limits}.`;
  printLines(stdout, [`${done}${balance}${budget}${limits}`]);
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
  const head = ['ACCOUNT', 'PAYS', 'BUDGET', 'SPENT', 'HELD', 'BALANCE', 'LIMITS'];
  const cells = rows.map(({ json: { id, prepaid, spent_usd, held_usd, balance_usd }, budget, limits }) => [
    id,
    prepaid ? 'before' : 'after',
    budget,
    spent_usd,
    held_usd,
    balance_usd ?? '-',
    limits,
  ]);
  printTable(stdout, head, cells, [3, 4, 5]);
}
