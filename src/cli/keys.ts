import type { Command } from 'commander';
import {
  type IssuedKey,
  type KeyChange,
  changeKey,
  createKey,
  findKey,
  keyState,
  listKeys,
  revokeKey,
  rotateKey,
} from '../accounts/keys/lifecycle.ts';
import { parseMoment } from '../accounts/keys/parse-moment.ts';
import type { KeyRecord, KeyStore } from '../accounts/store/ports.ts';
import { parseDuration } from '../config/units.ts';
import { announce } from './announce.ts';
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
} from './read-money.ts';
import { type OpenStores, withStores } from './with-stores.ts';

interface CreateOptions extends LimitFlags, BudgetFlags {
  readonly name: string;
  readonly account?: string;
  readonly test?: boolean;
  readonly models?: string;
  readonly expires?: string;
}

interface SetOptions extends LimitFlags, BudgetFlags {
  readonly name?: string;
  readonly models?: string;
}

const EXAMPLES = `
Examples:
  tokenharbor keys create --name laptop
  tokenharbor keys create --name ci --models 'claude-*,tokenharbor/demo' --rpm 60 --budget 5 --expires 2030-01-31
  KEY=$(tokenharbor keys create --name script --quiet)
  tokenharbor keys rotate key_... --grace 1h
  tokenharbor keys revoke key_...`;

/** The verbs work beside a running server: both wait their turn at the database, and it sees changes within 1 s. */
export function registerKeys(program: Command, context: CliContext, openStores: OpenStores): void {
  const keys = program
    .command('keys')
    .description('make, list, change, rotate and revoke the keys clients call with')
    .addHelpText('after', EXAMPLES);
  const run = (command: Command, work: (store: KeyStore) => Promise<void>) =>
    withStores(command, openStores, ({ keys: store }) => work(store));

  keys
    .command('create')
    .description('make a key; it is shown this once')
    .requiredOption('--name <name>', 'what people call it')
    .option('--account <account>', 'who pays (default: "default")')
    .option('--test', 'a thk_test_ key instead of a thk_live_ one')
    .option('--models <globs>', 'the models it may use, separated by commas: anthropic/*,tokenharbor/qwen3-max')
    .option('--rpm <n>', 'requests it may make in a minute')
    .option('--tpm <n>', 'tokens it may use in a minute, input and output together')
    .option('--concurrency <n>', 'requests it may have running at the same time')
    .option('--budget <usd>', 'the most it may spend')
    .addOption(budgetPeriodOption('what the budget is for (default: month)'))
    .option('--expires <date>', 'refused from then on: 2027-01-31 (00:00 UTC) or 2027-01-31T18:00:00Z')
    .action((options: CreateOptions, command: Command) =>
      run(command, async (store) => printIssued(command, context, await create(store, options))),
    );
  keys
    .command('list')
    .description('list every key, oldest first')
    .action((_options: unknown, command: Command) =>
      run(command, async (store) => printList(command, context, await listKeys(store))),
    );
  keys
    .command('show')
    .argument('<id>', 'id of the key: key_...')
    .description('show one key')
    .action((id: string, _options: unknown, command: Command) =>
      run(command, async (store) => printKey(command, context, await findKey(store, id))),
    );
  keys
    .command('set')
    .argument('<id>', 'id of the key: key_...')
    .option('--name <name>', 'what people call it')
    .option('--models <globs>', 'the models it may use, separated by commas; all for every model')
    .option('--rpm <n>', 'requests it may make in a minute, or none')
    .option('--tpm <n>', 'tokens it may use in a minute, or none')
    .option('--concurrency <n>', 'requests it may have running at the same time, or none')
    .option('--budget <usd>', 'the most it may spend, or none')
    .addOption(budgetPeriodOption('what the budget is for'))
    .description('change a key; a running server follows within a second')
    .addHelpText(
      'after',
      '\nThe keys it was rotated from and to share its limits and its budget, and get the new ones too.',
    )
    .action((id: string, options: SetOptions, command: Command) =>
      run(command, async (store) => {
        const changed = await changeKey(store, id, readChange(options));
        await announce(id, command, context);
        printChanged(command, context, changed);
      }),
    );
  keys
    .command('rotate')
    .argument('<id>', 'id of the key: key_...')
    .option('--grace <duration>', 'how long the old key goes on working, such as 30m or 0s', '24h')
    .description('make a successor with the same rights; it is shown this once')
    .action((id: string, { grace }: { readonly grace: string }, command: Command) =>
      run(command, async (store) => {
        const issued = await rotateKey(store, id, Date.now(), readGrace(grace));
        await announce(id, command, context);
        printIssued(command, context, issued, await findKey(store, id));
      }),
    );
  keys
    .command('revoke')
    .argument('<id>', 'id of the key: key_...')
    .description('end a key for good; a running server refuses it within a second')
    .action((id: string, _options: unknown, command: Command) =>
      run(command, async (store) => {
        const revoked = await revokeKey(store, id, Date.now());
        await announce(id, command, context);
        printRevoked(command, context, revoked);
      }),
    );
}

function create(store: KeyStore, options: CreateOptions): Promise<IssuedKey> {
  const { name, account, test, models, expires } = options;
  return createKey(
    store,
    {
      name,
      ...(account === undefined ? {} : { account }),
      kind: test === true ? 'test' : 'live',
      models: models === undefined ? null : readModels(models),
      limits: readLimits(options),
      budget: readBudget(options),
      expiresAt: expires === undefined ? null : readDate(expires),
    },
    Date.now(),
  );
}

function readChange(options: SetOptions): KeyChange {
  const { name, models } = options;
  const [limits, budget] = [readLimits(options), readBudgetChange(options)];
  if (name === undefined && models === undefined && budget === undefined && Object.keys(limits).length === 0) {
    fail(
      EXIT.USAGE,
      'Say what is to change: --name, --models, --rpm, --tpm, --concurrency, --budget or --budget-period.',
    );
  }
  return {
    limits,
    ...(budget === undefined ? {} : { budget }),
    ...(name === undefined ? {} : { name }),
    ...(models === undefined ? {} : { models: readModels(models) }),
  };
}

/** `none` is refused: some would mean no restriction by it, others no model. */
function readModels(text: string): readonly string[] | null {
  if (text === 'none')
    fail(EXIT.USAGE, '--models none: write all for every model; `keys revoke` leaves a key without any.');
  return text === 'all' ? null : text.split(',').map((glob) => glob.trim());
}

function readDate(text: string): number {
  return (
    parseMoment(text) ??
    fail(EXIT.USAGE, `--expires ${JSON.stringify(text)}: write a date like 2027-01-31 or 2027-01-31T18:00:00Z.`)
  );
}

function readGrace(text: string): number {
  return (
    parseDuration(text) ??
    fail(EXIT.USAGE, `--grace ${JSON.stringify(text)}: write a number and a unit of ms, s, m or h, such as 30m or 0s.`)
  );
}

function printIssued(command: Command, context: CliContext, issued: IssuedKey, predecessor?: KeyRecord): void {
  const { json, quiet } = command.optsWithGlobals<GlobalOptions>();
  const { record, secret } = issued;
  if (json === true) {
    const { id, ...row } = toRow(record);
    printJson(context.stdout, { id, key: secret, ...row });
    return;
  }
  if (quiet === true) {
    printLines(context.stdout, [secret]);
    return;
  }
  const ends = record.expiresAt === null ? '' : `, until ${formatTime(record.expiresAt)}`;
  const lines = [`Made key ${record.id} "${record.name}" for account ${record.account}${ends}:`, '', `  ${secret}`, ''];
  if (predecessor !== undefined) {
    const isOver = keyState(predecessor, Date.now()) !== 'active';
    const until = isOver ? 'does not work any more' : `works until ${formatTime(predecessor.expiresAt)}`;
    lines.push(`The old key ${predecessor.id} ${until}.`);
  }
  lines.push(
    'Keep it now, it is not shown again. Use it as the API key of any OpenAI or Anthropic client:',
    `  curl -H "Authorization: Bearer $KEY" ...    or    curl -H "x-api-key: $KEY" ...`,
  );
  printLines(context.stdout, lines);
}

function printList(command: Command, context: CliContext, records: readonly KeyRecord[]): void {
  const { json, quiet } = command.optsWithGlobals<GlobalOptions>();
  if (json === true) {
    printJson(context.stdout, records.map(toRow));
  } else if (records.length > 0) {
    const head = [
      'ID',
      'NAME',
      'ACCOUNT',
      'KEY',
      'STATE',
      'CREATED',
      'EXPIRES',
      'LAST USED',
      'LIMITS',
      'BUDGET',
      'MODELS',
    ];
    printTable(context.stdout, head, records.map(toCells));
  } else if (quiet !== true) {
    printLines(context.stderr, ['There are no keys yet. `tokenharbor keys create --name NAME` makes one.']);
  }
}

function printKey(command: Command, context: CliContext, record: KeyRecord): void {
  const row = toRow(record);
  if (command.optsWithGlobals<GlobalOptions>().json === true) {
    printJson(context.stdout, row);
    return;
  }
  const width = Math.max(...Object.keys(row).map((name) => name.length));
  printLines(
    context.stdout,
    Object.entries(row).map(([name, value]) => `${name.padEnd(width)}  ${value === null ? '-' : String(value)}`),
  );
}

function printRevoked(command: Command, context: CliContext, record: KeyRecord): void {
  const { json, quiet } = command.optsWithGlobals<GlobalOptions>();
  if (json === true) printJson(context.stdout, toRow(record));
  else if (quiet !== true) {
    printLines(context.stdout, [
      `Key ${record.id} "${record.name}" is revoked since ${formatTime(record.revokedAt)}. Running servers refuse it within a second.`,
    ]);
  }
}

function printChanged(command: Command, context: CliContext, record: KeyRecord): void {
  const { json, quiet } = command.optsWithGlobals<GlobalOptions>();
  if (json === true) printJson(context.stdout, toRow(record));
  else if (quiet !== true) {
    const [limits, budget] = [describeLimits(record.limits), describeBudget(record.budget)];
    const models = record.models === null ? 'all' : record.models.join(', ');
    printLines(context.stdout, [
      `Key ${record.id} "${record.name}" is changed. Running servers follow within a second.`,
      `Limits: ${limits}. Budget: ${budget === '-' ? 'none' : budget}. Models: ${models}.`,
    ]);
  }
}

/** What may be shown of a key: everything but its digest. */
function toRow(record: KeyRecord) {
  return {
    id: record.id,
    name: record.name,
    account: record.account,
    prefix: record.prefix,
    state: keyState(record, Date.now()),
    models: record.models,
    ...record.limits,
    ...budgetRow(record.budget),
    created_at: toIso(record.createdAt),
    expires_at: toIso(record.expiresAt),
    revoked_at: toIso(record.revokedAt),
    last_used_at: toIso(record.lastUsedAt),
    rotated_from: record.rotatedFrom,
  };
}

function toCells(record: KeyRecord): readonly string[] {
  return [
    record.id,
    record.name,
    record.account,
    `${record.prefix}...`,
    keyState(record, Date.now()),
    formatTime(record.createdAt),
    formatTime(record.expiresAt),
    formatTime(record.lastUsedAt),
    describeLimits(record.limits),
    describeBudget(record.budget),
    record.models === null ? 'all' : record.models.join(','),
  ];
}

function toIso(unixMs: number | null): string | null {
  return unixMs === null ? null : new Date(unixMs).toISOString();
}

/** To the minute, UTC: `2027-01-31 18:00Z`. */
function formatTime(unixMs: number | null): string {
  return unixMs === null ? '-' : `${new Date(unixMs).toISOString().slice(0, 16).replace('T', ' ')}Z`;
}
