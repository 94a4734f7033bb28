import { type Static, Type } from '@sinclair/typebox';
import {
  changeKey,
  createKey,
  findKey,
  type IssuedKey,
  type NewKey,
  revokeKey,
  rotateKey,
} from '../../accounts/keys/lifecycle.ts';
import { parseMoment } from '../../accounts/keys/parse-moment.ts';
import type { Stores } from '../../accounts/store/ports.ts';
import { DURATION_PATTERN, parseDuration } from '../../config/units.ts';
import { ApiError } from '../../protocol/api-error.ts';
import { KeyRow, KeyRows, NewKeyRow } from './key-row.ts';
import { type AdminRoute, route } from './route-table.ts';
import { Fields, Nullable } from './schema.ts';
import { changeOf, newTerms, TERMS } from './terms.ts';

export interface KeyServices {
  readonly stores: Pick<Stores, 'keys' | 'usage'>;
  /** Has every node look at a key again, this one at once. */
  readonly keyChanged: (keyId: string) => Promise<void>;
  /** Has the log say what operators do. */
  readonly tell: (what: string) => void;
  /** Unix milliseconds. */
  readonly now: () => number;
}

const Name = Type.String({ minLength: 1, maxLength: 100 });
const Models = Nullable(
  Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
    maxItems: 1000,
    description: 'Globs of the models it may use; null: every model.',
  }),
);

const NewKeyForm = Fields({
  name: Name,
  account: Type.Optional(Type.String({ maxLength: 64, description: 'Who pays; "default" when left out.' })),
  test: Type.Optional(Type.Boolean({ description: 'A thk_test_ key instead of a thk_live_ one.' })),
  models: Type.Optional(Models),
  ...TERMS,
  expires_at: Type.Optional(
    Nullable(Type.String({ description: 'Refused from then on: 2027-01-31, or 2027-01-31T18:00:00Z.' })),
  ),
});

const KeyForm = Fields({ name: Type.Optional(Name), models: Type.Optional(Models), ...TERMS });

const Grace = Fields({
  grace: Type.Optional(
    Type.String({
      pattern: DURATION_PATTERN,
      'x-expected': 'a number and a unit of ms, s, m or h, such as "30m"',
      description: 'How long the old key goes on working; 24h when left out.',
    }),
  ),
});

/** What operators do with the keys that clients call with; by the code that the verbs of the command line use. */
export function keysRoutes(services: KeyServices): readonly AdminRoute[] {
  const { stores, keyChanged, tell, now } = services;
  const { keys } = stores;
  const rows = new KeyRows(stores);
  return [
    route({
      method: 'GET',
      path: '/api/keys',
      guard: 'operator',
      summary: 'every key, oldest first',
      answer: Fields({ rows: Type.Array(KeyRow) }),
      handle: async () => ({ rows: await rows.all(now()) }),
    }),
    route({
      method: 'POST',
      path: '/api/keys',
      guard: 'operator',
      summary: 'make a key, which is shown this once',
      body: NewKeyForm,
      answer: NewKeyRow,
      status: 201,
      handle: ({ body, operator }) => issue(services, newKey(body), operator.name),
    }),
    route({
      method: 'GET',
      path: '/api/keys/:id',
      guard: 'operator',
      summary: 'one key',
      answer: KeyRow,
      handle: async ({ params }) => rows.of(await findKey(keys, params.id), now()),
    }),
    route({
      method: 'PATCH',
      path: '/api/keys/:id',
      guard: 'operator',
      summary: 'change what a key may use and spend, with all of its chain of rotations',
      body: KeyForm,
      answer: KeyRow,
      async handle({ params: { id }, body, operator }) {
        const { name, models, ...terms } = body;
        if (Object.keys(body).length === 0)
          throw new ApiError('invalid_value', 'The body says nothing that is to change');
        const changed = await changeKey(keys, id, {
          ...changeOf(terms),
          ...(name === undefined ? {} : { name }),
          ...(models === undefined ? {} : { models }),
        });
        await keyChanged(id);
        tell(`operator ${operator.name} changed key ${id}: ${Object.keys(body).join(', ')}`);
        return rows.of(changed, now());
      },
    }),
    route({
      method: 'POST',
      path: '/api/keys/:id/rotate',
      guard: 'operator',
      summary: 'make a successor with the same rights, which is shown this once',
      body: Grace,
      answer: NewKeyRow,
      status: 201,
      async handle({ params: { id }, body, operator }) {
        const graceMs = body.grace === undefined ? undefined : parseDuration(body.grace);
        const issued = await rotateKey(keys, id, now(), graceMs);
        await keyChanged(id);
        tell(`operator ${operator.name} rotated key ${id}; its successor is ${issued.record.id}`);
        return issuedRow(services, issued);
      },
    }),
    route({
      method: 'POST',
      path: '/api/keys/:id/revoke',
      guard: 'operator',
      summary: 'end a key for good',
      answer: KeyRow,
      async handle({ params: { id }, operator }) {
        const revoked = await revokeKey(keys, id, now());
        await keyChanged(id);
        tell(`operator ${operator.name} revoked key ${id}`);
        return rows.of(revoked, now());
      },
    }),
  ];
}

/** Makes a key for an operator. */
export async function issue(services: KeyServices, request: NewKey, operator: string) {
  const issued = await createKey(services.stores.keys, request, services.now());
  services.tell(`operator ${operator} made key ${issued.record.id}`);
  return issuedRow(services, issued);
}

async function issuedRow({ stores, now }: KeyServices, { record, secret }: IssuedKey) {
  return { ...(await new KeyRows(stores).of(record, now())), key: secret };
}

function newKey({ name, account, test, models, expires_at: expires, ...terms }: Static<typeof NewKeyForm>): NewKey {
  return {
    name,
    ...(account === undefined ? {} : { account }),
    kind: test === true ? 'test' : 'live',
    models: models ?? null,
    ...newTerms(terms),
    expiresAt: expires === undefined || expires === null ? null : readMoment(expires),
  };
}

function readMoment(text: string): number {
  const moment = parseMoment(text);
  if (moment !== undefined) return moment;
  throw new ApiError('invalid_value', 'expires_at: expected a date like 2027-01-31 or 2027-01-31T18:00:00Z', {
    param: 'expires_at',
  });
}
