import { checkKind } from '../../config/kinds.ts';
import type { Findings } from './findings.ts';
import { noticed } from './leave-out-rest.ts';
import { LITELLM } from './litellm-values.ts';
import { carryText, reference, variableOf } from './references.ts';
import type { Section } from './section.ts';

/** The server that holds what several processes share; a password in the file itself is not copied. */
export function readRedis(router: Section | undefined, findings: Findings): string | undefined {
  if (router === undefined) return undefined;
  const url = router.text('redis_url');
  if (url !== undefined) {
    const isSafe = variableOf(url, LITELLM) !== undefined || (URL.parse(url)?.password ?? '') === '';
    const carried = isSafe ? carryText(url, LITELLM) : reference('TOKENHARBOR_REDIS_URL');
    if (!carried.includes('${') && checkKind('redis-url', carried, {}) !== undefined) {
      findings.leaveOut(router.at('redis_url'), noticed('is no URL of a Redis server', 'Set redis.'));
      return undefined;
    }
    const then = isSafe ? undefined : 'Set TOKENHARBOR_REDIS_URL to the URL that stands there: it holds a password.';
    findings.carry(router.at('redis_url'), 'redis', then);
    return carried;
  }
  const host = router.text('redis_host');
  if (host === undefined) return undefined;
  const port = router.text('redis_port') ?? '6379';
  const database = router.text('redis_db');
  const password = router.text('redis_password');
  const variable = password === undefined ? undefined : (variableOf(password, LITELLM) ?? 'REDIS_PASSWORD');
  const then =
    variable === undefined
      ? undefined
      : `${variable} becomes part of a URL: write what is special there (@ : / %) as %40, %3A, %2F, %25.`;
  findings.carry(router.at('redis_host'), 'redis', then);
  const login = variable === undefined ? '' : `:${reference(variable)}@`;
  const path = database === undefined ? '' : `/${carryText(database, LITELLM)}`;
  return `redis://${login}${carryText(host, LITELLM)}:${carryText(port, LITELLM)}${path}`;
}
