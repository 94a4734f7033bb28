import { type Static, Type } from '@sinclair/typebox';
import { changeAccount, createAccount, creditAccount } from '../../accounts/accounts/lifecycle.ts';
import { type AccountOverview, balanceOf, overviewOfAll, overviewOfOne } from '../../accounts/accounts/overview.ts';
import { NO_LIMITS } from '../../accounts/limits/ports.ts';
import { formatUsd } from '../../accounts/pricing.ts';
import type { Stores } from '../../accounts/store/ports.ts';
import { ApiError } from '../../protocol/api-error.ts';
import { type AdminRoute, route } from './route-table.ts';
import { Fields, Moment, Nullable, Usd } from './schema.ts';
import { changeOf, momentOf, newTerms, readUsd, TERMS, TERMS_TOLD, termsTold } from './terms.ts';

export interface AccountServices {
  readonly stores: Pick<Stores, 'accounts' | 'keys' | 'usage'>;
  readonly tell: (what: string) => void;
  /** Unix milliseconds. */
  readonly now: () => number;
}

const AccountRow = Fields({
  id: Type.String(),
  prepaid: Type.Boolean(),
  balance_usd: Nullable(Usd),
  credited_usd: Nullable(Usd),
  ...TERMS_TOLD,
  spent_usd: Usd,
  keys: Type.Integer({ description: 'Keys ever made for it.' }),
  created_at: Nullable(Moment),
});

const NewAccountForm = Fields({ id: Type.String({ maxLength: 64 }), prepaid: Type.Optional(Type.Boolean()), ...TERMS });

const Credit = Fields({ amount_usd: Usd, note: Type.String(), at: Moment });
const CreditForm = Fields({
  amount_usd: Usd,
  note: Type.Optional(Type.String({ maxLength: 200, description: 'What for.' })),
});

/** Who pays; by the code that the verbs of the command line use. */
export function accountsRoutes({ stores, tell, now }: AccountServices): readonly AdminRoute[] {
  const { accounts } = stores;
  return [
    route({
      method: 'GET',
      path: '/api/accounts',
      guard: 'operator',
      summary: 'every account: those that were made, and those that keys name',
      answer: Fields({ rows: Type.Array(AccountRow) }),
      handle: async () => ({ rows: (await overviewOfAll(stores)).map(toRow) }),
    }),
    route({
      method: 'POST',
      path: '/api/accounts',
      guard: 'operator',
      summary: 'make an account',
      body: NewAccountForm,
      answer: AccountRow,
      status: 201,
      async handle({ body: { id, prepaid = false, ...terms }, operator }) {
        const account = await createAccount(accounts, { id, prepaid, ...newTerms(terms) }, now());
        tell(`operator ${operator.name} made account ${id}`);
        return toRow(await overviewOfOne(stores, account));
      },
    }),
    route({
      method: 'PATCH',
      path: '/api/accounts/:id',
      guard: 'operator',
      summary: 'change what the keys of an account may use and spend together',
      body: Fields(TERMS),
      answer: AccountRow,
      async handle({ params: { id }, body, operator }) {
        if (Object.keys(body).length === 0)
          throw new ApiError('invalid_value', 'The body says nothing that is to change');
        const account = await changeAccount(accounts, id, changeOf(body));
        tell(`operator ${operator.name} changed account ${id}: ${Object.keys(body).join(', ')}`);
        return toRow(await overviewOfOne(stores, account));
      },
    }),
    route({
      method: 'GET',
      path: '/api/accounts/:id/credits',
      guard: 'operator',
      summary: 'what was paid in, oldest first',
      answer: Fields({ rows: Type.Array(Credit) }),
      async handle({ params: { id } }) {
        const credits = await accounts.credits(id);
        const rows = credits.map(({ amountNano, note, atMs }) => ({
          amount_usd: formatUsd(amountNano),
          note,
          at: new Date(atMs).toISOString(),
        }));
        return { rows };
      },
    }),
    route({
      method: 'POST',
      path: '/api/accounts/:id/credits',
      guard: 'operator',
      summary: 'add to the balance of a prepaid account; a negative amount takes back',
      body: CreditForm,
      answer: AccountRow,
      status: 201,
      async handle({ params: { id }, body: { amount_usd: usd, note = '' }, operator }) {
        const account = await creditAccount(accounts, id, readUsd('amount_usd', usd, true), note, now());
        tell(`operator ${operator.name} credited ${usd} US dollars to account ${id}`);
        return toRow(await overviewOfOne(stores, account));
      },
    }),
  ];
}

/** An account that was never made is its name alone. */
function toRow(account: AccountOverview): Static<typeof AccountRow> {
  const { id, record, keys, spentNano } = account;
  const balanceNano = balanceOf(account);
  return {
    id,
    prepaid: record?.prepaid ?? false,
    balance_usd: balanceNano === null ? null : formatUsd(balanceNano),
    credited_usd: record?.prepaid === true ? formatUsd(record.creditedNano) : null,
    ...termsTold(record ?? { limits: NO_LIMITS, budget: null }),
    spent_usd: formatUsd(spentNano),
    keys,
    created_at: momentOf(record?.createdAt ?? null),
  };
}
