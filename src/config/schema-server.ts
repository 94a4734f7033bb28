import { Type } from '@sinclair/typebox';
import { Duration, Secret, Section, Size } from './schema-kinds.ts';

export const Listen = Type.String({
  'x-kind': 'listen',
  description: 'Address of the data listener: `HOST:PORT`, `[IPV6]:PORT` or `unix:/path/to/socket`.',
  default: '127.0.0.1:8787',
  examples: ['0.0.0.0:8787', '[::1]:8787', 'unix:/run/tokenharbor/data.sock'],
});

export const Admin = Section(
  {
    listen: Type.Optional(
      Type.String({
        'x-kind': 'listen-or-off',
        description:
          'Address of the admin listener, which has the dashboard and its API behind a login, and `/metrics`, `/livez` ' +
          'and `/readyz` without one: keep it private. `off`: there is none.',
        default: '127.0.0.1:8788',
        examples: ['unix:/run/tokenharbor/admin.sock', 'off'],
      }),
    ),
    hosts: Type.Optional(
      Type.Array(Type.String({ 'x-kind': 'host', description: 'A host name.' }), {
        description:
          'Names that it may be called by, beside `localhost`, addresses and the name in `admin.listen`. Requests for ' +
          'others are refused: a page in a browser on this machine could have made them.',
        default: [],
        examples: [['tokenharbor.internal']],
      }),
    ),
  },
  { description: 'The admin listener.' },
);

export const DataDir = Type.String({
  minLength: 1,
  description:
    'Directory of the database and everything else that must survive a restart. A relative path starts at the ' +
    'directory of this file. Left out: `$STATE_DIRECTORY`, else `$XDG_DATA_HOME/tokenharbor`, else `~/.local/share/tokenharbor`.',
  examples: ['/var/lib/tokenharbor'],
});

export const Database = Secret({
  'x-kind': 'database-url',
  description:
    'PostgreSQL 12 or newer, for more than one machine; the tables are made, and brought up to date, at every start. ' +
    'Parameters after a `?`: `sslmode` (`disable`, `prefer` when left out, `require`, `verify-ca`, `verify-full`), ' +
    '`sslrootcert`, `sslcert`, `sslkey`, `connect_timeout`, `application_name`, `host` (also the directory of a ' +
    'Unix socket). Left out: SQLite in `data_dir`.',
  examples: ['postgres://tokenharbor@db.internal/tokenharbor'],
});

export const Redis = Secret({
  'x-kind': 'redis-url',
  description:
    'A Redis-compatible server that holds limits, and answers kept for an `Idempotency-Key`, for more than one process. ' +
    'Left out: they are kept in this process.',
  examples: ['redis://redis.internal:6379/0'],
});

export const Limits = Section(
  {
    on_failure: Type.Optional(
      Type.Union([Type.Literal('local'), Type.Literal('closed')], {
        description:
          'While the server in `redis` does not answer: `local` has each process keep limits and answers by itself, so that up ' +
          'to as many times as much gets through as there are processes; `closed` lets nothing through that has limits ' +
          'or an `Idempotency-Key`, and answers with 503.',
        default: 'local',
        examples: ['closed'],
      }),
    ),
    timeout: Type.Optional(
      Duration({
        'x-positive': true,
        description:
          'How long the server in `redis` may take to answer before a request goes on as if it did not. A server in ' +
          'another data centre needs more.',
        default: '50ms',
        examples: ['200ms'],
      }),
    ),
  },
  { description: 'How the limits of keys and accounts are kept.' },
);

export const Log = Section(
  {
    level: Type.Optional(
      Type.Union(
        [
          Type.Literal('trace'),
          Type.Literal('debug'),
          Type.Literal('info'),
          Type.Literal('warn'),
          Type.Literal('error'),
          Type.Literal('fatal'),
          Type.Literal('silent'),
        ],
        { description: 'The least severe line that is written.', default: 'info', examples: ['debug'] },
      ),
    ),
    bodies: Type.Optional(
      Type.Boolean({
        description: 'Write prompts and answers to the log. They are personal data: leave it off in production.',
        default: false,
        examples: [true],
      }),
    ),
  },
  { description: 'The log, JSON lines on standard output.' },
);

export const Docs = Section(
  {
    enabled: Type.Optional(
      Type.Boolean({
        description: 'Whether there are `GET /docs` and `GET /openapi.json`. Neither asks for a key.',
        default: true,
        examples: [false],
      }),
    ),
    models: Type.Optional(
      Type.Union([Type.Literal('key'), Type.Literal('open')], {
        description:
          'Who sees the models and their prices on `GET /docs`: whoever gives the page a key, which then shows what that ' +
          'key may use, or everybody who can reach the gateway.',
        default: 'key',
        examples: ['open'],
      }),
    ),
  },
  { description: 'The documentation that the data listener has for those who call it.' },
);

export const Idempotency = Section(
  {
    ttl: Type.Optional(
      Duration({
        'x-positive': true,
        description: 'How long an answer is kept.',
        default: '24h',
        examples: ['1h'],
      }),
    ),
    memory: Type.Optional(
      Size({
        description:
          "Room for all kept answers; those still being given may take as much again. An answer larger than an eighth of it is not kept. `0B`: none is. With `redis` the room for all is that server's own (`maxmemory`).",
        default: '64MiB',
        examples: ['256MiB'],
      }),
    ),
  },
  { description: 'Answers that are kept for requests with an `Idempotency-Key`, to be given again.' },
);

export const MAX_WORKERS = 64;

export const Server = Section(
  {
    max_body: Type.Optional(
      Size({
        'x-positive': true,
        description: 'Largest request body; a larger one is answered with 413.',
        default: '32MiB',
        examples: ['64MiB'],
      }),
    ),
    body_timeout: Type.Optional(
      Duration({
        'x-positive': true,
        description: 'How long a client may take to send a request body; after that it is answered with 408.',
        default: '60s',
        examples: ['2m'],
      }),
    ),
    heartbeat: Type.Optional(
      Duration({
        description:
          'A silent stream gets a comment or ping this often, so that proxies and clients do not give up on it. `0s`: never.',
        default: '10s',
        examples: ['15s'],
      }),
    ),
    drain_timeout: Type.Optional(
      Duration({
        description: 'How long a stopping server lets requests in flight finish before it ends them with an error.',
        default: '30s',
        examples: ['2m'],
      }),
    ),
    workers: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_WORKERS,
        description:
          'Processes that share the address, one for each core that is to be used; Linux only. Each but the first has ' +
          'its admin listener at the next port (or `PATH.1`, `PATH.2`). Budgets and balances hold for all together; ' +
          'limits per minute, concurrency and kept answers (`Idempotency-Key`) do with `redis`. The sessions of ' +
          "th-orchestra are each process's own. A change takes effect at the next start.",
        default: 1,
        examples: [4],
      }),
    ),
    trusted_proxies: Type.Optional(
      Type.Array(Type.String({ 'x-kind': 'network', description: 'An address or a CIDR range.' }), {
        description:
          'Proxies in front, by address or CIDR range, whose `x-forwarded-proto` is believed: `GET /docs` and ' +
          '`GET /openapi.json` give out addresses by it.',
        default: [],
        examples: [['10.0.0.0/8', '::1']],
      }),
    ),
  },
  { description: 'The data listener: its limits, and the processes behind it.' },
);
