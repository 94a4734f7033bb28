import type { TermsDraft } from './draft.ts';

/** Of a key. */
const LONGEST_NAME = 100;

export interface KeyTerms extends TermsDraft {
  readonly account?: string;
  readonly models?: readonly string[];
  readonly expires?: string;
}

/** A command line that makes a key of ours; its secret is a new one. */
export function keyCommand(name: string, terms: KeyTerms): string {
  const { account, models, expires } = terms;
  return join([
    'keys create --name',
    quote(name.slice(0, LONGEST_NAME)),
    ...flag('account', account),
    ...flag('models', models?.join(',')),
    ...termFlags(terms),
    ...flag('expires', expires),
  ]);
}

/** A command line that makes an account. */
export function accountCommand(id: string, terms: TermsDraft): string {
  return join(['accounts create', quote(id), ...termFlags(terms)]);
}

/** The name of an account of ours that is nearest to any text. */
export function toAccountName(text: string): string {
  const name = text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 64);
  return name.replace(/-+$/, '') || 'account';
}

function termFlags({ rpm, tpm, budget, period }: TermsDraft): readonly string[] {
  return [
    ...flag('rpm', rpm),
    ...flag('tpm', tpm),
    ...flag('budget', budget),
    ...flag('budget-period', budget === undefined ? undefined : period),
  ];
}

function flag(name: string, value: string | number | undefined): readonly string[] {
  return value === undefined ? [] : [`--${name} ${quote(String(value))}`];
}

function join(words: readonly string[]): string {
  return ['tokenharbor', ...words].join(' ');
}

/** As a POSIX shell reads it back: a text of a file that somebody else wrote runs nothing. */
function quote(text: string): string {
  const printable = text.replaceAll(/[^\P{C}]/gu, ' ');
  return /^[\w@%+=:,./][\w@%+=:,./-]*$/.test(printable) ? printable : `'${printable.replaceAll("'", `'\\''`)}'`;
}
