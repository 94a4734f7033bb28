import type { ProviderDraft, SecretDraft, TargetDraft, TimeoutsDraft } from './draft.ts';
import { OTHER_ENDPOINT, isOtherEndpoint } from './endpoint-kinds.ts';
import type { Findings } from './findings.ts';
import { leaveOutRest, noticed, unnoticed } from './leave-out-rest.ts';
import { INFO_RULES, INFO_UNKNOWN, PARAM_RULES, PARAM_UNKNOWN } from './litellm-left-out.ts';
import { type NamedModel, readModelName } from './litellm-model-name.ts';
import { readPrice } from './litellm-prices.ts';
import type { ProviderBook } from './provider-book.ts';
import { UNPRICED, hasKnownPrices } from './known-prices.ts';
import { addressOf, headersOf, isLocalAddress, secretOf } from './provider-draft.ts';
import { type ReferenceStyle, carryText } from './references.ts';
import { carrySeconds } from './seconds.ts';
import { Section } from './section.ts';

export const LITELLM: ReferenceStyle = { prefix: 'os.environ/' };

/** One entry of `model_list`. */
export interface Deployment {
  readonly section: Section;
  readonly group: string;
  readonly target: TargetDraft;
  readonly order: number;
  /** What shares are taken from there, the first that any deployment of a group has. */
  readonly shares: Readonly<Record<'weight' | 'rpm' | 'tpm', number>>;
  readonly facts: ModelFacts;
}

export interface ModelFacts {
  readonly context?: number;
  readonly max_output?: number;
  readonly tools?: boolean;
  readonly vision?: boolean;
}

/** What every deployment has unless it says otherwise. */
export interface DeploymentDefaults {
  readonly timeouts: TimeoutsDraft;
  readonly credentials: ReadonlyMap<string, Section>;
}

const SERVED_MODES = ['chat', 'completion', 'responses'];

/** Reads one deployment; undefined, with the reason told, when it cannot be carried. */
export function readDeployment(
  entry: Section,
  defaults: DeploymentDefaults,
  book: ProviderBook,
  findings: Findings,
): Deployment | undefined {
  const group = entry.text('model_name');
  const params = entry.section('litellm_params');
  const info = entry.section('model_info') ?? new Section(entry.at('model_info'), {});
  const text = params?.text('model');
  if (group === undefined || params === undefined || text === undefined) {
    const instead = 'Give it model_name and litellm_params.model.';
    findings.leaveOut(entry.path, noticed('is no deployment that could be read', instead));
    return undefined;
  }
  const named = readModelName(text, params.text('custom_llm_provider'));
  const mode = info.text('mode');
  const refusal = refusalOf(named, group, mode);
  if (named === undefined || refusal !== undefined) {
    findings.leaveOut(params.at('model'), refusal ?? noticed('names no provider', 'Write provider/name.'));
    return undefined;
  }
  const provider = readProvider(named, params, defaults, findings);
  if (provider === undefined) return undefined;
  const price = readPrice([info, params], findings);
  const shares = {
    weight: params.number('weight') ?? 0,
    rpm: shareOf(params, info, 'rpm'),
    tpm: shareOf(params, info, 'tpm'),
  };
  if (price === undefined && !hasKnownPrices(named.vendor, provider)) findings.leaveOut(params.path, UNPRICED);
  const order = params.number('order') ?? Infinity;
  const facts = readFacts(info);
  const target: TargetDraft = {
    provider: book.add(nameOf(named, provider), provider),
    model: carryText(named.model, LITELLM),
    ...(price === undefined ? {} : { price }),
  };
  leaveOutRest(params, PARAM_RULES, PARAM_UNKNOWN, findings);
  info.ignore('id', 'db_model', 'description', 'metadata', 'litellm_provider');
  leaveOutRest(info, INFO_RULES, INFO_UNKNOWN, findings);
  leaveOutRest(entry, {}, unnoticed('has no counterpart', 'Nothing is to be done.'), findings);
  return { section: entry, group, target, order, shares, facts };
}

/** A server that only speaks a vendor's shape is called by its host. */
function nameOf({ vendor, vendorName }: NamedModel, { preset, baseUrl = '' }: ProviderDraft): string {
  const host = preset === undefined && vendor?.elsewhere === true ? URL.parse(baseUrl)?.host : undefined;
  return host ?? vendor?.preset ?? vendorName;
}

function refusalOf(named: NamedModel | undefined, group: string, mode: string | undefined) {
  if (named === undefined) {
    return noticed('does not say whose model it is', 'Write provider/name, such as openai/gpt-4o, for each provider.');
  }
  if (named.vendor?.refused !== undefined) return named.vendor.refused;
  const isServed = mode === undefined ? !isOtherEndpoint(named.model) : SERVED_MODES.includes(mode);
  if (!isServed) return OTHER_ENDPOINT;
  const [ours, theirs] = [starsIn(group), starsIn(named.model)];
  if (ours > 1 || theirs > 1) return noticed('an id may hold one *', 'Write an entry for each.');
  if (theirs > ours) return noticed('holds a *, but model_name holds none', 'Name the model.');
  return undefined;
}

function readProvider(
  { vendorName, vendor }: NamedModel,
  params: Section,
  { timeouts, credentials }: DeploymentDefaults,
  findings: Findings,
): ProviderDraft | undefined {
  const credential = credentials.get(params.text('litellm_credential_name') ?? '');
  const read = (key: string): { readonly text: string; readonly from: Section } | undefined => {
    for (const from of [params, ...(credential === undefined ? [] : [credential])]) {
      const text = from.text(key);
      if (text !== undefined) return { text, from };
    }
    return undefined;
  };
  const base = read('api_base') ?? read('base_url');
  const given = base === undefined ? undefined : carryText(base.text, LITELLM);
  const address = addressOf(vendor, given, 'litellm');
  if (address === undefined || address.fault !== undefined) {
    const at =
      base === undefined ? params.at('model') : base.from.at(base.from.has('api_base') ? 'api_base' : 'base_url');
    const why = address?.fault === undefined ? `nothing tells where ${vendorName} is` : `its address ${address.fault}`;
    findings.leaveOut(
      at,
      noticed(why, 'Add api_base and import again, or write the provider with shape and base_url.'),
    );
    return undefined;
  }
  const key = read('api_key');
  const secret = key === undefined ? undefined : secretOf(key.text, key.from.at('api_key'), LITELLM);
  const keys = secret === undefined ? [] : [secret];
  const { draft, isElsewhere } = address;
  if (key === undefined && vendor?.keyEnv !== undefined) {
    const lendsKey = vendor.elsewhere === true && isElsewhere;
    if (!lendsKey) keys.push({ at: params.path, variable: vendor.keyEnv });
    else {
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

export function readTimeouts(section: Section, key = 'timeout'): TimeoutsDraft {
  const [whole, stream] = [key, 'stream_timeout'].map((one) => {
    const value = section.peek(one);
    const duration = typeof value === 'string' ? carrySeconds(value, LITELLM) : undefined;
    if (duration !== undefined) section.ignore(one);
    return duration;
  });
  return {
    ...(whole === undefined ? {} : { first_byte: whole }),
    ...(stream === undefined ? {} : { idle: stream }),
  };
}

function readHeaders(params: Section, findings: Findings): ProviderDraft['headers'] {
  const headers: Record<string, string | SecretDraft> = {};
  const organization = params.text('organization');
  if (organization !== undefined) headers['openai-organization'] = carryText(organization, LITELLM);
  const extra = params.section('extra_headers');
  return extra === undefined ? headers : { ...headers, ...headersOf(extra, LITELLM, findings) };
}

/** Taken for shares, and left to be told as a limit that is none here. */
function shareOf(params: Section, info: Section, key: 'rpm' | 'tpm'): number {
  for (const section of [params, info]) {
    const value = section.peek(key);
    if (typeof value === 'string' && Number(value) > 0) return Number(value);
  }
  return 0;
}

function readFacts(info: Section): ModelFacts {
  const context = whole(info.number('max_input_tokens'));
  const legacy = whole(info.number('max_tokens'));
  const output = whole(info.number('max_output_tokens')) ?? legacy;
  const tools = info.flag('supports_function_calling');
  const vision = info.flag('supports_vision');
  return {
    ...(context === undefined ? {} : { context }),
    ...(output === undefined ? {} : { max_output: output }),
    ...(tools === undefined ? {} : { tools }),
    ...(vision === undefined ? {} : { vision }),
  };
}

function whole(number: number | undefined): number | undefined {
  return number !== undefined && number >= 1 ? Math.floor(number) : undefined;
}

function starsIn(text: string): number {
  return text.split('*').length - 1;
}
