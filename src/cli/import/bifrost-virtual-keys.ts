import type { TermsBook } from './bifrost-terms.ts';
import { NONE, VIRTUAL_KEY_RULES } from './bifrost-left-out.ts';
import { keyCommand } from './commands.ts';
import type { ModelDraft } from './draft.ts';
import type { Findings } from './findings.ts';
import { leaveOutRest, noticed, unnoticed } from './leave-out-rest.ts';
import { matchGlob, toModelId } from './model-ids.ts';
import { type Section, sectionOf, textsOf } from './section.ts';

export interface KeyWorld {
  readonly models: Readonly<Record<string, ModelDraft>>;
  readonly terms: TermsBook;
  /** Accounts by the ids of the teams and customers they are for. */
  readonly accounts: ReadonlyMap<string, string>;
  /** Of version 1, where an empty list allowed all. */
  readonly emptyIsAll: boolean;
}

/** The command line that makes a key like a virtual key; undefined, with the reason told, when none may be made. */
export function virtualKeyCommand(key: Section, world: KeyWorld, findings: Findings): string | undefined {
  const name = key.text('name') ?? key.text('id') ?? 'key';
  if (key.flag('is_active') === false) {
    findings.leaveOut(key.path, unnoticed('the key is switched off', 'Make it when it is wanted: `keys create`.'));
    return undefined;
  }
  const models = readAllowed(key, world, findings);
  if (models?.length === 0) {
    const instead = 'Say what it may use: `tokenharbor keys create --name NAME --models A,B`.';
    findings.leaveOut(key.path, noticed('the key may use no model that is carried', instead));
    return undefined;
  }
  const owner = key.text('team_id') ?? key.text('customer_id');
  const account = owner === undefined ? undefined : world.accounts.get(owner);
  if (owner !== undefined && account === undefined) {
    findings.leaveOut(
      key.at(key.has('team_id') ? 'team_id' : 'customer_id'),
      noticed('is not in the file', 'Give the key an --account.'),
    );
  }
  const terms = world.terms.termsOf(key, 'virtual_key_id');
  const expires = readExpiry(key, findings);
  key.ignore('value', 'description', 'calendar_aligned', 'config_hash');
  leaveOutRest(key, VIRTUAL_KEY_RULES, NONE, findings);
  findings.carry(key.path, 'a new key with these terms', 'Run its line, and give the new key to who used that one.');
  return keyCommand(name, {
    ...terms,
    ...(account === undefined ? {} : { account }),
    ...(models === undefined ? {} : { models }),
    ...(expires === undefined ? {} : { expires }),
  });
}

/** Ids and globs of models; undefined: all. What is not known is never taken for all. */
function readAllowed(key: Section, world: KeyWorld, findings: Findings): readonly string[] | undefined {
  const list = key.list('provider_configs') ?? [];
  if (list.length === 0) return world.emptyIsAll ? undefined : [];
  const configs = list.flatMap((item, index) => sectionOf([...key.at('provider_configs'), index], item) ?? []);
  const allowed = configs.flatMap((config) => {
    const provider = config.text('provider') ?? '';
    const names = textsOf(config.list('allowed_models') ?? []) ?? [];
    const keyIds = textsOf(config.list('key_ids') ?? ['*']) ?? [];
    if (keyIds.length > 0 && !keyIds.includes('*')) {
      const instead = 'Write a provider with those keys alone, models of its own for it, and name them in --models.';
      findings.leaveOut(
        config.at('key_ids'),
        noticed('keys of a provider are used in turn, for every client', instead),
      );
    }
    if (config.number('weight') !== undefined && configs.length > 1) {
      const instead = 'Write one model with a target at each of those providers, and their weights.';
      findings.leaveOut(
        config.at('weight'),
        noticed('shares between providers are those of a model, not of a key', instead),
      );
    }
    config.ignore('id', 'virtual_key_id');
    leaveOutRest(
      config,
      {},
      noticed('is not carried for one provider of a key', 'Set it for the whole key.'),
      findings,
    );
    const globs = names.includes('*') || (names.length === 0 && world.emptyIsAll) ? ['*'] : names;
    return globs.map((model) => toModelId(`${provider}/${model}`)).filter((id) => isServed(id, world.models));
  });
  return [...new Set(allowed)].filter((id) => !/[\s,]/.test(id));
}

function isServed(id: string, models: KeyWorld['models']): boolean {
  const ids = Object.keys(models);
  return ids.some((one) => one === id || matchGlob(one, id) !== undefined || matchGlob(id, one) !== undefined);
}

function readExpiry(key: Section, findings: Findings): string | undefined {
  const text = key.text('expires_at');
  if (text === undefined) return undefined;
  const cut = text.trim().replace(/\.\d+(?=Z|[+-])/, '');
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)$/.test(cut)) return cut;
  findings.leaveOut(key.at('expires_at'), noticed('is no time that could be read', 'Set --expires.'));
  return undefined;
}
