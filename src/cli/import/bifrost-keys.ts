import { BIFROST, carriedValue, valueOf } from './bifrost-values.ts';
import { KEY_RULES } from './bifrost-left-out.ts';
import type { SecretDraft } from './draft.ts';
import { OTHER_ENDPOINT, isOtherEndpoint } from './endpoint-kinds.ts';
import type { Findings } from './findings.ts';
import { leaveOutRest, noticed, unnoticed } from './leave-out-rest.ts';
import { secretOf, tellAddress } from './provider-draft.ts';
import { type Section, sectionOf, textsOf } from './section.ts';

/** Keys of one provider that reach the same server for the same models: they are used in turn. */
export interface KeyGroup {
  readonly address: string | undefined;
  readonly models: 'all' | readonly string[];
  /** What a server calls a model, by what clients call it. */
  readonly names: Readonly<Record<string, string>>;
  /** Share of them all together. */
  readonly weight: number;
  readonly secrets: readonly SecretDraft[];
}

/** Members that say where the server of a key is. */
const PLACES: Readonly<Record<string, string>> = {
  azure_key_config: 'endpoint',
  ollama_key_config: 'url',
  sgl_key_config: 'url',
  vllm_key_config: 'url',
};

export function readKeyGroups(provider: Section, findings: Findings): readonly KeyGroup[] {
  const keys = (provider.list('keys') ?? []).flatMap((item, index) => {
    const section = sectionOf([...provider.at('keys'), index], item);
    const key = section === undefined ? undefined : readKey(section, findings);
    if (section === undefined) findings.leaveOut([...provider.at('keys'), index], noticed('is no key', 'Correct it.'));
    return key === undefined ? [] : [key];
  });
  const alike = Map.groupBy(keys, ({ secrets: _secrets, ...rest }) => JSON.stringify(rest));
  return [...alike.values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    const weight = members.reduce((sum, member) => sum + member.weight, 0);
    return [{ ...first, weight, secrets: members.flatMap(({ secrets }) => secrets) }];
  });
}

function readKey(section: Section, findings: Findings): KeyGroup | undefined {
  const weight = section.number('weight') ?? 1;
  if (section.flag('enabled') === false || weight <= 0) {
    findings.leaveOut(section.path, unnoticed('the key is not in use there', 'Add it to api_keys to use it.'));
    return undefined;
  }
  const place = Object.keys(PLACES).find((name) => section.has(name));
  const server = place === undefined ? undefined : section.section(place);
  const address = server === undefined ? undefined : carriedValue(server, PLACES[place ?? ''] ?? '');
  if (server !== undefined && address !== undefined)
    tellAddress(server.at(PLACES[place ?? ''] ?? ''), address, findings);
  const names = readNames(section, server, findings);
  const listed = readModels(section, server, findings);
  if (listed === undefined) return undefined;
  const secretText = valueOf(section, 'value');
  const secret = secretText === undefined ? undefined : secretOf(secretText, section.at('value'), BIFROST);
  section.ignore('id', 'name', 'use_for_batch_api', 'config_hash', 'description', 'status');
  leaveOutRest(section, KEY_RULES, unnoticed('has no counterpart', 'Nothing is to be done.'), findings);
  if (server !== undefined) {
    server.ignore('api_version');
    leaveOutRest(server, {}, noticed('only keys are sent to it', 'Use a key of the resource.'), findings);
  }
  return { address, models: listed, names, weight, secrets: secret === undefined ? [] : [secret] };
}

/** Undefined: the key serves no model that is served here. */
function readModels(section: Section, server: Section | undefined, findings: Findings): KeyGroup['models'] | undefined {
  const only = server?.text('model_name');
  if (only !== undefined) return [only];
  const given = section.list('models');
  const models = (textsOf(given ?? ['*']) ?? []).filter((model) => model.trim() !== '');
  if (models.length === 0) {
    const instead = 'Write ["*"] there for every model, and import again.';
    findings.leaveOut(section.at('models'), noticed('the key is for no model', instead));
    return undefined;
  }
  if (models.includes('*')) return 'all';
  const blocked = new Set(textsOf(section.list('blacklisted_models') ?? []) ?? []);
  const others = models.filter((model) => !blocked.has(model) && isOtherEndpoint(model));
  if (others.length > 0) findings.leaveOut(section.at('models'), OTHER_ENDPOINT);
  return models.filter((model) => !blocked.has(model) && !others.includes(model)).toSorted();
}

/** Names of deployments; a longer form may name another server, which cannot be had for one model alone. */
function readNames(section: Section, server: Section | undefined, findings: Findings): KeyGroup['names'] {
  const names: Record<string, string> = {};
  for (const map of [server?.section('deployments'), section.section('aliases')]) {
    for (const model of map?.keys ?? []) {
      const longer = map?.section(model);
      const target = map?.text(model) ?? longer?.text('model_id');
      if (target === '' || (target?.includes('*') === true && !model.includes('*'))) {
        findings.leaveOut(map?.at(model) ?? section.path, noticed('names no model', 'Write a model with that target.'));
      } else if (target !== undefined && !isOtherEndpoint(model)) names[model] = target;
      if (longer === undefined) continue;
      longer.ignore('model_name', 'model_family', 'description', 'api_version', 'anthropic_version');
      const why = 'one model of a key has no server of its own';
      leaveOutRest(longer, {}, noticed(why, 'Write a provider for it, and a model with that target.'), findings);
    }
  }
  return names;
}
