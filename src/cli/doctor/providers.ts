import type { ProviderConfig, Shape } from '../../config/config.ts';
import { type Answer, ask } from './ask.ts';
import { aheadOf, type ClockSample } from './clock.ts';
import type { Finding } from './finding.ts';

const TIMEOUT_MS = 10_000;

/** Below the base URL: what lists models, and what answers requests. */
const PATHS: Readonly<Record<Shape, { readonly models: string; readonly answer: string }>> = {
  openai: { models: '/models', answer: '/chat/completions' },
  anthropic: { models: '/v1/models', answer: '/v1/messages' },
};

/** What was found of one provider. */
export interface ProviderReport {
  readonly findings: readonly Finding[];
  readonly clock: readonly ClockSample[];
}

/**
 * Whether a provider is reached and takes each of its keys. It is asked for its models, which costs nothing. Where it
 * lists them to anybody, or has no list, a request without a model follows, which it must refuse for its content if it
 * takes the key.
 */
export async function checkProvider(provider: ProviderConfig, userAgent: string): Promise<ProviderReport> {
  const { name, kind, apiKeys, shapes } = provider;
  const [shape] = shapes;
  const check = `provider ${name}`;
  if (kind === 'demo' || shape === undefined) {
    return { findings: [{ check, status: 'ok', detail: 'answers in this process' }], clock: [] };
  }
  const clock: ClockSample[] = [];
  const say: Say = async (method, credential) => {
    const url = addressOf(provider, PATHS[shape][method === 'GET' ? 'models' : 'answer']);
    const headers = { ...headersOf(provider, shape, credential), 'user-agent': userAgent };
    const body = method === 'GET' ? {} : { body: '{}' };
    const answer = await ask({ url, method, headers, timeoutMs: TIMEOUT_MS, ...body });
    if ('failure' in answer) return answer;
    const aheadMs = aheadOf(answer.date, answer.sentAtMs, answer.answeredAtMs);
    if (aheadMs !== undefined && clock.length === 0) clock.push({ host: url.host, aheadMs });
    return answer;
  };
  const keys = provider.dialect.auth === 'none' || apiKeys.length === 0 ? [undefined] : apiKeys;
  const findings: Finding[] = [];
  for (const [index, key] of keys.entries()) {
    const which = keys.length === 1 ? check : `${check}, key ${index + 1}`;
    findings.push({
      check: which,
      ...(key === undefined ? judgeKeyless(await say('GET', {})) : await judge(say, key)),
    });
  }
  return { findings, clock };
}

/** Who asks: with a key of the provider's, without any, or without anything that was configured for it. */
type Credential = { readonly key?: string } | 'nobody';
type Say = (method: 'GET' | 'POST', credential: Credential) => Promise<Answer>;
type Verdict = Omit<Finding, 'check'>;

const TAKEN: Verdict = { status: 'ok', detail: 'reached; it takes the key' };

function judgeKeyless(answer: Answer): Verdict {
  if ('status' in answer && (answer.status === 401 || answer.status === 403)) {
    const fix = 'Give the provider an api_key, or its headers what it wants.';
    return { status: 'fail', detail: `reached; it wants a key (${answer.status})`, fix };
  }
  return failureOf(answer) ?? { status: 'ok', detail: 'reached; it is used without a key' };
}

async function judge(say: Say, key: string): Promise<Verdict> {
  const listed = await say('GET', { key });
  // Some vendors call a wrong key a bad request; nothing else about this one can be bad.
  const failed = 'status' in listed && listed.status === 400 ? refusal(400) : failureOf(listed);
  if (failed !== undefined) return failed;
  if ('status' in listed && listed.status === 200) {
    const toNobody = await say('GET', 'nobody');
    if ('status' in toNobody && toNobody.status !== 200) return TAKEN;
  }
  const answered = await say('POST', { key });
  const refused = failureOf(answered);
  if (refused !== undefined || 'failure' in answered) return refused ?? TAKEN;
  if (answered.status === 400 || answered.status === 422) return TAKEN;
  return { status: 'warn', detail: `reached; whether it takes the key could not be told (${answered.status})` };
}

function refusal(status: number): Verdict {
  return { status: 'fail', detail: `reached; it refuses the key (${status})`, fix: 'Put in a key that it takes.' };
}

/** What makes a provider of no use; undefined for any other answer. */
function failureOf(answer: Answer): Verdict | undefined {
  if ('failure' in answer) {
    const fix = 'Look at base_url, at the network and at the certificates of this machine.';
    return { status: 'fail', detail: `not reached: ${answer.failure}`, fix };
  }
  const { status } = answer;
  if (status === 401 || status === 403) return refusal(status);
  if (status === 429) return { status: 'warn', detail: 'reached; it is being asked too much (429)' };
  if (status >= 300 && status < 400) {
    const fix = 'Write the address it sends to as base_url.';
    return { status: 'fail', detail: `reached; it sends elsewhere (${status}), which is not followed`, fix };
  }
  if (status >= 500) return { status: 'fail', detail: `reached; it is out of order (${status})` };
  return undefined;
}

function addressOf({ baseUrl }: ProviderConfig, path: string): URL {
  const base = new URL(baseUrl);
  const url = new URL(base.pathname.replace(/\/$/, '') + path, base);
  url.search = base.search;
  return url;
}

function headersOf(provider: ProviderConfig, shape: Shape, credential: Credential): Record<string, string> {
  const { dialect, headers } = provider;
  const common = {
    'content-type': 'application/json',
    accept: 'application/json',
    ...(shape === 'anthropic' ? { 'anthropic-version': '2023-06-01' } : {}),
  };
  if (credential === 'nobody') return common;
  const { key } = credential;
  if (key === undefined) return { ...common, ...headers };
  const carried = dialect.auth === 'bearer' ? { authorization: `Bearer ${key}` } : { [dialect.auth]: key };
  return { ...common, ...headers, ...carried };
}
