import type { ProviderDraft, ProviderOut, SecretDraft, TimeoutsDraft } from './draft.ts';
import type { Findings } from './findings.ts';
import { reference } from './references.ts';

/** The providers of a draft: what is the same there is one here, and each gets a name and variables of its own. */
export class ProviderBook {
  readonly providers: Record<string, ProviderOut> = {};
  readonly #names = new Map<string, string>();
  readonly #variables: Set<string>;
  readonly #findings: Findings;

  /** `variables`: those the source names already. */
  constructor(variables: ReadonlySet<string>, findings: Findings) {
    this.#variables = new Set(variables);
    this.#findings = findings;
  }

  /** The name of a provider, which is made if there is none like it. */
  add(wanted: string, draft: ProviderDraft): string {
    const headers = Object.entries(draft.headers).map(([name, value]) => [name, withoutPlace(value)]);
    const identity = JSON.stringify([wanted, { ...draft, keys: draft.keys.map(withoutPlace), headers }]);
    const known = this.#names.get(identity);
    if (known !== undefined) return known;
    const name = unusedName(toProviderName(wanted), (one) => Object.hasOwn(this.providers, one));
    this.#names.set(identity, name);
    this.providers[name] = this.#write(name, draft);
    return name;
  }

  #write(name: string, draft: ProviderDraft): ProviderOut {
    const { preset, shape, baseUrl, timeouts } = draft;
    const keys = draft.keys.map((key) => this.#refer(key, `${name}_API_KEY`, 'the key'));
    const headers = Object.entries(draft.headers).map(([header, value]): [string, string] => [
      header,
      typeof value === 'string' ? value : this.#refer(value, `${name}_${header}`, 'the header'),
    ]);
    const [only] = keys;
    return {
      ...(preset === undefined ? {} : { preset }),
      ...(shape === undefined ? {} : { shape }),
      ...(baseUrl === undefined ? {} : { base_url: baseUrl }),
      ...(keys.length === 1 && only !== undefined ? { api_key: only } : {}),
      ...(keys.length > 1 ? { api_keys: keys } : {}),
      ...(headers.length === 0 ? {} : { headers: Object.fromEntries(headers) }),
      ...(hasAny(timeouts) ? { timeouts } : {}),
    };
  }

  /** A secret that stands in the source gets a variable: the file that is written never holds one. */
  #refer(secret: SecretDraft, wanted: string, what: string): string {
    if (secret.variable !== undefined) return reference(secret.variable);
    const base = wanted
      .toUpperCase()
      .replaceAll(/[^A-Z0-9]/g, '_')
      .replace(/^(?=\d)/, '_');
    const variable = unusedName(base, (one) => this.#variables.has(one), '_');
    this.#variables.add(variable);
    const then = `Set ${variable} to ${what} that stands there: it is a secret, and is not copied.`;
    this.#findings.carry(secret.at, reference(variable), then);
    return reference(variable);
  }
}

function withoutPlace(value: string | SecretDraft): unknown {
  return typeof value === 'string' ? value : [value.variable, value.literal];
}

function hasAny(timeouts: TimeoutsDraft): boolean {
  return Object.keys(timeouts).length > 0;
}

function toProviderName(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9._-]/g, '-').replace(/^[^A-Za-z0-9]+/, '') || 'provider';
}

function unusedName(base: string, isUsed: (name: string) => boolean, dash = '-'): string {
  let name = base;
  for (let number = 2; isUsed(name); number += 1) name = `${base}${dash}${number}`;
  return name;
}
