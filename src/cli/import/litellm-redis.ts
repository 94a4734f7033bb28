import { checkKind } from '../../config/kinds.ts';
import type { Findings } from './findings.ts';
import { noticed } from './leave-out-rest.ts';
import { LITELLM } from './litellm-values.ts';
import { carryText, reference, variableOf } from './references.ts';
import type { Section } from './section.ts';

const NO_REDIS = noticed('is no address of a Redis server', 'Set redis, if there are several processes.');
const SPECIAL = 'What is special in a URL (@ : / %) is written %40, %3A, %2F, %25 there.';

/** The server that holds what several processes share; a password in the file itself is not copied. */
export function readRedis(router: Section | undefined, findings: Findings): string | undefined {
  const key = ['redis_url', 'redis_host'].find((one) => typeof router?.peek(one) === 'string');
  if (router === undefined || key === undefined) return undefined;
  const { url, todo } = key === 'redis_url' ? carryUrl(router.text(key) ?? '') : composeUrl(router);
  // What a variable holds is not known here; a digit is right in every place of one.
  const isUrl = /^\$\{\w+\}$/.test(url) || checkKind('redis-url', url.replaceAll(/\$\{\w+\}/g, '1'), {}) === undefined;
  if (isUrl) findings.carry(router.at(key), 'redis', todo);
  else findings.leaveOut(router.at(key), NO_REDIS);
  return isUrl ? url : undefined;
}

interface RedisUrl {
  readonly url: string;
  readonly todo: string | undefined;
}

function carryUrl(text: string): RedisUrl {
  const hasPassword = variableOf(text, LITELLM) === undefined && (URL.parse(text)?.password ?? '') !== '';
  if (!hasPassword) return { url: carryText(text, LITELLM), todo: undefined };
  const todo = 'Set TOKENHARBOR_REDIS_URL to the URL that stands there: it holds a password, and is not copied.';
  return { url: reference('TOKENHARBOR_REDIS_URL'), todo };
}

function composeUrl(router: Section): RedisUrl {
  const part = (key: string): string => carryText(router.text(key) ?? '', LITELLM);
  const [host, port, database] = [part('redis_host'), part('redis_port'), part('redis_db')];
  const password = router.text('redis_password') ?? '';
  const variable = variableOf(password, LITELLM);
  const login = password === '' ? '' : `:${reference(variable ?? 'REDIS_PASSWORD')}@`;
  const url = `redis://${login}${host}:${port === '' ? '6379' : port}${database === '' ? '' : `/${database}`}`;
  if (password === '') return { url, todo: undefined };
  if (variable !== undefined) return { url, todo: `${variable} becomes part of a URL. ${SPECIAL}` };
  return { url, todo: `Set REDIS_PASSWORD to the password beside it, which is not copied. ${SPECIAL}` };
}
