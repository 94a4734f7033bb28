import type { BudgetPeriod } from '../../accounts/ledger/period.ts';
import type { Path } from '../../config/problem.ts';

/** The members are those of our file, in the order it is written. */
export interface ConfigDraft {
  redis?: string;
  server?: { readonly max_body: string };
  readonly providers: Record<string, ProviderOut>;
  readonly models: Record<string, ModelDraft>;
  retry?: { readonly attempts: number };
}

export interface ProviderOut {
  readonly preset?: string;
  readonly shape?: string;
  readonly base_url?: string;
  readonly api_key?: string;
  readonly api_keys?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeouts?: TimeoutsDraft;
}

export interface TimeoutsDraft {
  readonly first_byte?: string;
  readonly idle?: string;
  readonly total?: string;
}

/** A value that must not stand in a file: where it is in the source, and the variable or the text it is there. */
export interface SecretDraft {
  readonly at: Path;
  readonly variable?: string;
  readonly literal?: string;
}

/** A model server before its name, and the variables of its secrets, are settled. */
export interface ProviderDraft {
  readonly preset?: string;
  readonly shape?: string;
  readonly baseUrl?: string;
  readonly keys: readonly SecretDraft[];
  readonly headers: Readonly<Record<string, string | SecretDraft>>;
  readonly timeouts: TimeoutsDraft;
}

/** US dollars per million tokens. */
export type PriceDraft = Readonly<Record<string, number | string>>;

export interface TargetDraft {
  readonly provider: string;
  readonly model: string;
  readonly weight?: number;
  readonly priority?: number;
  readonly price?: PriceDraft;
}

export interface ModelDraft {
  targets: readonly TargetDraft[];
  policy?: string;
  aliases?: string[];
  context?: number;
  max_output?: number;
  tools?: boolean;
  vision?: boolean;
}

/** Terms of a key or an account, as our command line takes them. */
export interface TermsDraft {
  readonly rpm?: number;
  readonly tpm?: number;
  readonly budget?: string;
  readonly period?: BudgetPeriod;
}

export interface Imported {
  readonly config: ConfigDraft;
  /** Command lines for what no file holds: accounts, then keys. */
  readonly commands: readonly string[];
}
