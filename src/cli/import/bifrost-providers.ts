import { readAddress, readCustom, vendorOf } from './bifrost-address.ts';
import { type KeyGroup, readKeyGroups } from './bifrost-keys.ts';
import { NETWORK_RULES, NONE, PROVIDER_RULES } from './bifrost-left-out.ts';
import { BIFROST } from './bifrost-values.ts';
import type { ModelDraft, ProviderDraft, TargetDraft, TimeoutsDraft } from './draft.ts';
import { OTHER_ENDPOINT } from './endpoint-kinds.ts';
import type { Findings } from './findings.ts';
import { UNPRICED, hasKnownPrices } from './known-prices.ts';
import { leaveOutRest, noticed } from './leave-out-rest.ts';
import { toModelId } from './model-ids.ts';
import type { ProviderBook } from './provider-book.ts';
import { type Address, headersOf } from './provider-draft.ts';
import { carrySeconds } from './seconds.ts';
import { carryText } from './references.ts';
import type { Section } from './section.ts';
import type { Vendor } from './vendors.ts';

/** Where one group of keys leads. */
interface Place {
  readonly group: KeyGroup;
  readonly provider: string;
}

const EVERY_KEYLESS: KeyGroup = { address: undefined, models: 'all', names: {}, weight: 1, secrets: [] };

/** Reads one provider into providers and models of ours; returns the retries it asks for. */
export function readProvider(
  name: string,
  section: Section,
  book: ProviderBook,
  models: Record<string, ModelDraft>,
  findings: Findings,
): number | undefined {
  const custom = readCustom(section);
  const vendor = vendorOf(name, custom);
  const refusal = vendor?.refused ?? (custom?.isChat === false ? OTHER_ENDPOINT : undefined);
  if (refusal !== undefined) {
    findings.leaveOut(section.path, refusal);
    return undefined;
  }
  const network = section.section('network_config');
  const headers = network?.section('extra_headers');
  const common = {
    headers: headers === undefined ? {} : headersOf(headers, BIFROST, findings),
    timeouts: network === undefined ? {} : readTimeouts(network),
  };
  const isKeyless = (section.list('keys') ?? []).length === 0;
  const groups = isKeyless ? [EVERY_KEYLESS] : readKeyGroups(section, findings);
  const places = groups.flatMap((group): readonly Place[] => {
    const address = readAddress(vendor, custom, network, group.address, findings);
    if (address === undefined || address.fault !== undefined) {
      const why = address === undefined ? 'nothing tells where it is' : `its address ${address.fault ?? ''}`;
      findings.leaveOut(section.path, noticed(why, 'Write the provider with shape and base_url.'));
      return [];
    }
    const draft: ProviderDraft = { ...address.draft, keys: keysOf(group, vendor, address), ...common };
    if (!hasKnownPrices(vendor, draft)) findings.leaveOut(section.path, UNPRICED);
    return [{ group, provider: book.add(name, draft) }];
  });
  if (places.length > 0) {
    const made = [...new Set(places.map(({ provider }) => provider))].join(', ');
    findings.carry(section.path, `the provider ${made}`);
  }
  Object.assign(models, modelsOf(name, places));
  const retries = network?.number('max_retries');
  if (network !== undefined) leaveOutRest(network, NETWORK_RULES, NONE, findings);
  leaveOutRest(section, PROVIDER_RULES, NONE, findings);
  return retries;
}

/** A vendor that wants a key is not called without one: where none is given there, its usual variable is named. */
function keysOf({ secrets }: KeyGroup, vendor: Vendor | undefined, { isElsewhere }: Address): ProviderDraft['keys'] {
  if (secrets.length > 0 || vendor?.keyEnv === undefined || isElsewhere) return secrets;
  return [{ at: [], variable: vendor.keyEnv }];
}

function readTimeouts(network: Section): TimeoutsDraft {
  const read = (key: string): string | undefined => {
    const text = network.text(key);
    return text === undefined ? undefined : carrySeconds(text, BIFROST);
  };
  const whole = read('default_request_timeout_in_seconds');
  const idle = read('stream_idle_timeout_in_seconds');
  return { ...(whole === undefined ? {} : { first_byte: whole }), ...(idle === undefined ? {} : { idle }) };
}

/** `PROVIDER/MODEL` as clients ask for it there, with every group of keys that serves it as a target. */
function modelsOf(name: string, places: readonly Place[]): Record<string, ModelDraft> {
  const named = places.flatMap(({ group }) => [
    ...(group.models === 'all' ? [] : group.models),
    ...Object.keys(group.names),
  ]);
  const models: Record<string, ModelDraft> = {};
  for (const model of new Set(named)) {
    if (model.split('*').length > 2) continue;
    const serving = places.filter(
      ({ group }) => group.models === 'all' || group.models.includes(model) || Object.hasOwn(group.names, model),
    );
    models[toModelId(`${name}/${model}`)] = {
      targets: share(serving, ({ names }) => (Object.hasOwn(names, model) ? names[model] : undefined) ?? model),
    };
  }
  const open = places.filter(({ group }) => group.models === 'all');
  if (open.length > 0) models[toModelId(`${name}/*`)] = { targets: share(open, () => '*') };
  return models;
}

function share(places: readonly Place[], modelFor: (group: KeyGroup) => string): readonly TargetDraft[] {
  const isEven = new Set(places.map(({ group }) => group.weight)).size === 1;
  return places.map(({ group, provider }) => ({
    provider,
    model: carryText(modelFor(group), BIFROST),
    ...(isEven ? {} : { weight: group.weight }),
  }));
}
