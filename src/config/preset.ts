import type { Auth, MaxTokensField, Shape } from './config.ts';

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
  readonly maxTokensField: MaxTokensField;
  readonly reasoningOut: readonly string[];
  readonly usageInStream: boolean;
  readonly eofWithoutDone: 'ok' | 'error';
  /** What an operator may want to know, for the reference page. */
  readonly note?: string;
}
