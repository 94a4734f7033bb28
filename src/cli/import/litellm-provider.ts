import type { ProviderDraft, SecretDraft, TimeoutsDraft } from './draft.ts';
import type { Findings } from './findings.ts';
import { noticed, unnoticed } from './leave-out-rest.ts';
import type { NamedModel } from './litellm-model-name.ts';
import { readTimeouts } from './litellm-timeouts.ts';
import { LITELLM } from './litellm-values.ts';
import { addressOf, headersOf, isLocalAddress, secretOf, tellAddress } from './provider-draft.ts';
import { carryText } from './references.ts';
import type { Section } from './section.ts';

/** What every deployment has unless it says otherwise. */
export interface DeploymentDefaults {
  readonly timeouts: TimeoutsDraft;
  readonly credentials: ReadonlyMap<string, Section>;
}

/** A value of a deployment, or of the credential it names. */
interface Found {
  readonly key: string;
  readonly text: string;
  readonly from: Section;
}

/** A server that only speaks a vendor's shape is called by its host. */
export function nameOf({ vendor, vendorName }: NamedModel, { preset, baseUrl = '' }: ProviderDraft): string {
  const host = preset === undefined && vendor?.elsewhere === true ? URL.parse(baseUrl)?.host : undefined;
  return host ?? vendor?.preset ?? vendorName;
}

/** Where a deployment is served, with its key, headers and deadlines; undefined when nothing tells. */
export function readProvider(
  { vendorName, vendor }: NamedModel,
  params: Section,
  { timeouts, credentials }: DeploymentDefaults,
  findings: Findings,
): ProviderDraft | undefined {
  const credentialName = params.text('litellm_credential_name');
  const credential = credentials.get(credentialName ?? '');
  if (credentialName !== undefined && credential === undefined) {
    const instead = 'Write api_key of the provider.';
    findings.leaveOut(params.at('litellm_credential_name'), noticed('is no credential of the file', instead));
  }
  const read = (key: string): Found | undefined => {
    for (const from of [params, ...(credential === undefined ? [] : [credential])]) {
      const text = from.text(key);
      if (text !== undefined) return { key, text, from };
    }
    return undefined;
  };
  const base = read('api_base') ?? read('base_url');
  const given = base === undefined ? undefined : carryText(base.text, LITELLM);
  const address = addressOf(vendor, given, 'litellm');
  if (address === undefined || address.fault !== undefined) {
    const at = base === undefined ? params.at('model') : base.from.at(base.key);
    const why = address?.fault === undefined ? `nothing tells where ${vendorName} is` : `its address ${address.fault}`;
    findings.leaveOut(
      at,
      noticed(why, 'Add api_base and import again, or write the provider with shape and base_url.'),
    );
    return undefined;
  }
  if (base !== undefined && given !== undefined) tellAddress(base.from.at(base.key), given, findings);
  const key = read('api_key');
  const secret = key === undefined ? undefined : secretOf(key.text, key.from.at('api_key'), LITELLM);
  const keys = secret === undefined ? [] : [secret];
  const { draft, isElsewhere } = address;
  if (secret === undefined && vendor?.keyEnv !== undefined) {
    if (!isElsewhere) keys.push({ at: params.path, variable: vendor.keyEnv });
    else if (key === undefined) {
      const why = `no key is given for it, and ${vendor.keyEnv} is not sent to another host than the vendor's`;
      const instead = `If that server wants a key, write api_key for it.`;
      findings.leaveOut(
        params.path,
        isLocalAddress(draft.baseUrl ?? '') ? unnoticed(why, instead) : noticed(why, instead),
      );
    }
  }
  return { ...draft, keys, headers: readHeaders(params, findings), timeouts: { ...timeouts, ...readTimeouts(params) } };
}

function readHeaders(params: Section, findings: Findings): ProviderDraft['headers'] {
  const headers: Record<string, string | SecretDraft> = {};
  const organization = params.text('organization');
  if (organization !== undefined) headers['openai-organization'] = carryText(organization, LITELLM);
  const extra = params.section('extra_headers');
  return extra === undefined ? headers : { ...headers, ...headersOf(extra, LITELLM, findings) };
}
