import type { TargetDraft } from './draft.ts';
import { OTHER_ENDPOINT, isOtherEndpoint } from './endpoint-kinds.ts';
import type { Findings } from './findings.ts';
import { UNPRICED, hasKnownPrices } from './known-prices.ts';
import { leaveOutRest, noticed, unnoticed } from './leave-out-rest.ts';
import { type ModelFacts, readFacts } from './litellm-facts.ts';
import { INFO_RULES, INFO_UNKNOWN, PARAM_RULES, PARAM_UNKNOWN } from './litellm-left-out.ts';
import { type NamedModel, readModelName } from './litellm-model-name.ts';
import { readPrice } from './litellm-prices.ts';
import { type DeploymentDefaults, nameOf, readProvider } from './litellm-provider.ts';
import { LITELLM } from './litellm-values.ts';
import type { ProviderBook } from './provider-book.ts';
import { carryText } from './references.ts';
import { Section } from './section.ts';

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

const SERVED_MODES = ['chat', 'responses'];

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
  if (group === undefined || group.trim() === '' || params === undefined || text === undefined) {
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

/** Taken for shares, and left to be told as a limit that is none here. */
function shareOf(params: Section, info: Section, key: 'rpm' | 'tpm'): number {
  for (const section of [params, info]) {
    const value = section.peek(key);
    if (typeof value === 'string' && Number(value) > 0) return Number(value);
  }
  return 0;
}

function starsIn(text: string): number {
  return text.split('*').length - 1;
}
