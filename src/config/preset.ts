import type { Auth, ModelDialect, Shape } from './config.ts';
import type { DialectFacts } from './schema-dialect.ts';

/** What is known about a vendor before the operator says anything: data, never code. */
export interface Preset {
  readonly name: string;
  readonly kind: 'http' | 'demo';
  readonly shapes: readonly Shape[];
  /** As the official SDK of that shape takes it. Absent: the operator must give it. */
  readonly baseUrl?: string;
  /** Shown where `baseUrl` is absent. */
  readonly baseUrlExample?: string;
  /** Well-known variables that hold a key, the usual one first; empty: no key is needed. */
  readonly keyEnv: readonly string[];
  /** The variable the official SDK reads its base URL from: a key in the environment belongs to that host. */
  readonly baseUrlEnv?: string;
  readonly auth: Auth;
  /** How the vendor departs from its shape; what is not known is left out. */
  readonly dialect: DialectFacts;
  /** How some of its models depart from the rest, by a glob on their ids; the later stand above the earlier. */
  readonly models?: readonly ModelDialect[];
  /** What an operator may want to know, for the reference page. */
  readonly note?: string;
}
