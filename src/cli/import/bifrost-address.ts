import { carriedValue } from './bifrost-values.ts';
import type { Findings } from './findings.ts';
import { type Address, addressOf, tellAddress } from './provider-draft.ts';
import type { Section } from './section.ts';
import { type Vendor, findVendor } from './vendors.ts';

export interface CustomProvider {
  /** The kind of provider it is one more of. */
  readonly base: string;
  readonly isChat: boolean;
  /** Path or address of the chat endpoint, where it is another than that kind's. */
  readonly endpoint: string | undefined;
}

export function readCustom(provider: Section): CustomProvider | undefined {
  const custom = provider.section('custom_provider_config');
  const base = custom?.text('base_provider_type');
  if (custom === undefined || base === undefined) return undefined;
  const allowed = custom.section('allowed_requests');
  const endpoint = custom.section('request_path_overrides')?.text('chat_completion');
  return { base, isChat: allowed === undefined || allowed.flag('chat_completion') === true, endpoint };
}

export function vendorOf(name: string, custom: CustomProvider | undefined): Vendor | undefined {
  return findVendor('bifrost', custom?.base ?? name);
}

/** Where a provider is reached; undefined: nothing tells. `own`: the address of a key's own server. */
export function readAddress(
  vendor: Vendor | undefined,
  custom: CustomProvider | undefined,
  network: Section | undefined,
  own: string | undefined,
  findings: Findings,
): Address | undefined {
  const general = network === undefined ? undefined : carriedValue(network, 'base_url');
  if (network !== undefined && general !== undefined) tellAddress(network.at('base_url'), general, findings);
  const given = own ?? general;
  const endpoint = custom?.endpoint;
  if (endpoint === undefined) return addressOf(vendor, given, 'bifrost');
  const whole = /^https?:/.test(endpoint) ? endpoint : `${given?.replace(/\/+$/, '') ?? ''}${endpoint}`;
  if (!/\/(?:chat\/completions|messages)\/?$/.test(whole)) {
    const fault = 'ends in another path than /chat/completions, which is always called';
    return { draft: {}, isElsewhere: true, fault };
  }
  return addressOf(vendor, whole, 'bifrost', '');
}
