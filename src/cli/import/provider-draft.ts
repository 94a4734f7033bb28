import { isLoopback } from '../../config/kinds.ts';
import { findPreset } from '../../config/presets.ts';
import type { Path } from '../../config/problem.ts';
import { isReservedHeader, isSecretHeader } from '../../config/provider-headers.ts';
import { carryBaseUrl, faultOfBaseUrl } from './base-url.ts';
import type { ProviderDraft, SecretDraft } from './draft.ts';
import type { Findings } from './findings.ts';
import { leaveOutRest, noticed } from './leave-out-rest.ts';
import { type ReferenceStyle, carryText, variableOf } from './references.ts';
import type { Section } from './section.ts';
import type { Gateway, Vendor } from './vendors.ts';

export interface Address {
  readonly draft: Pick<ProviderDraft, 'preset' | 'shape' | 'baseUrl'>;
  /** What an address is that cannot be used; never quotes it. */
  readonly fault?: string;
  /** Another address than the one the vendor has for all. */
  readonly isElsewhere: boolean;
}

/**
 * Where a vendor is reached: by its preset, or at the address that is given. An unknown vendor must have one. `path`:
 * what is added to that address; left out: what the other gateway adds.
 */
export function addressOf(
  vendor: Vendor | undefined,
  given: string | undefined,
  gateway: Gateway,
  path = vendor?.path?.[gateway] ?? (gateway === 'bifrost' ? '/v1' : ''),
): Address | undefined {
  const preset = vendor?.preset === undefined ? undefined : findPreset(vendor.preset);
  const shape = vendor?.shape ?? 'openai';
  if (given === undefined) {
    if (preset !== undefined) {
      return preset.baseUrl === undefined ? undefined : { draft: { preset: preset.name }, isElsewhere: false };
    }
    if (vendor?.baseUrl === undefined) return undefined;
    return { draft: { shape, baseUrl: vendor.baseUrl }, isElsewhere: false };
  }
  const baseUrl = carryBaseUrl(given, shape, path);
  const fault = faultOfBaseUrl(baseUrl);
  const draft = { ...writtenAs(vendor, preset?.baseUrl, baseUrl, shape) };
  const own = preset?.baseUrl ?? vendor?.baseUrl;
  return { draft, isElsewhere: own !== undefined && baseUrl !== own, ...(fault === undefined ? {} : { fault }) };
}

function writtenAs(
  vendor: Vendor | undefined,
  own: string | undefined,
  baseUrl: string,
  shape: string,
): Address['draft'] {
  if (vendor?.preset === undefined) return { shape, baseUrl };
  if (baseUrl === own) return { preset: vendor.preset };
  return vendor.elsewhere === true ? { shape, baseUrl } : { preset: vendor.preset, baseUrl };
}

/** Tells what is lost of an address, as our file writes it, and what its variable must hold. */
export function tellAddress(at: Path, given: string, findings: Findings): void {
  const [, variable] = /^\$\{(\w+)\}$/.exec(given) ?? [];
  if (variable !== undefined) {
    findings.carry(
      at,
      'base_url',
      `${variable} must hold an address without a slash, an endpoint or a query at its end.`,
    );
  }
  const query = /\?(?!api-version=[^&#]*$)./.test(given);
  if (query) findings.leaveOut(at, noticed('its query is not sent', 'Let a proxy in front of that server add it.'));
}

/** Whether nothing but this machine can be at an address. */
export function isLocalAddress(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && isLoopback(parsed.hostname);
}

/** Texts that are written where a server wants no key but a client library does. */
const PLACEHOLDER = /^(?:none|null|empty|dummy|fake|fake-key|not-needed|no-key|anything|placeholder|na|n\/a|x+|-)$/i;

/** A key as it is given; undefined for a text that only stands in the place of one. */
export function secretOf(text: string, at: Path, style: ReferenceStyle): SecretDraft | undefined {
  const variable = variableOf(text, style);
  if (variable !== undefined) return { at, variable };
  return text.trim() === '' || PLACEHOLDER.test(text.trim()) ? undefined : { at, literal: text };
}

/** Headers that are added there; what a name says to be a secret is not copied. */
export function headersOf(section: Section, style: ReferenceStyle, findings: Findings): ProviderDraft['headers'] {
  const headers: Record<string, string | SecretDraft> = {};
  for (const name of section.keys) {
    const text = isReservedHeader(name) ? undefined : section.text(name);
    if (text === undefined) continue;
    const isSecret = variableOf(text, style) === undefined && isSecretHeader(name);
    headers[name.toLowerCase()] = isSecret ? { at: section.at(name), literal: text } : carryText(text, style);
  }
  leaveOutRest(section, {}, noticed('is no header that can be set', 'Leave it out.'), findings);
  return headers;
}
