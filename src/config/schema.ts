import { type Static, Type } from '@sinclair/typebox';
import { Section } from './schema-kinds.ts';
import { Ledger } from './schema-ledger.ts';
import { Models, Retry } from './schema-models.ts';
import { Orchestra } from './schema-orchestra.ts';
import { Providers } from './schema-providers.ts';
import { Telemetry } from './schema-telemetry.ts';
import { Admin, Database, DataDir, Docs, Idempotency, Limits, Listen, Log, Redis, Server } from './schema-server.ts';

/**
 * The configuration file. This is the only list of options: its types, what `config check` says, the defaults, the
 * JSON Schema and the reference page all come from it.
 */
export const CONFIG_SCHEMA = Section(
  {
    listen: Type.Optional(Listen),
    admin: Type.Optional(Admin),
    data_dir: Type.Optional(DataDir),
    database: Type.Optional(Database),
    redis: Type.Optional(Redis),
    limits: Type.Optional(Limits),
    log: Type.Optional(Log),
    telemetry: Type.Optional(Telemetry),
    server: Type.Optional(Server),
    providers: Type.Optional(Providers),
    models: Type.Optional(Models),
    orchestra: Type.Optional(Orchestra),
    retry: Type.Optional(Retry),
    idempotency: Type.Optional(Idempotency),
    docs: Type.Optional(Docs),
    ledger: Type.Optional(Ledger),
  },
  { description: 'Configuration of Token Harbor.' },
);

/** The file as it is written: every value optional, units as text. */
export type ConfigFile = Static<typeof CONFIG_SCHEMA>;
export type ProviderEntry = NonNullable<ConfigFile['providers']>[string];
export type ModelEntry = NonNullable<ConfigFile['models']>[string];
