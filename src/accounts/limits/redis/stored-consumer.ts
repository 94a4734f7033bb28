import { isUnlimited } from '../admission.ts';
import type { AdmissionRequest, Limits, LimitScope } from '../ports.ts';

/** A key or an account that has limits, and where in Redis it is counted. */
export interface StoredConsumer {
  readonly scope: LimitScope;
  readonly limits: Limits;
  /** Redis keys: a hash of what was used, and a sorted set of who holds a place until when. */
  readonly buckets: string;
  readonly places: string;
}

const PREFIX = 'tokenharbor:limits:';

/** Those of the key and its account that have limits. All they are counted under lies in one slot of a cluster. */
export function storedConsumers(request: AdmissionRequest): readonly StoredConsumer[] {
  const { keyId, keyLimits, account, accountLimits } = request;
  const consumers: StoredConsumer[] = [];
  const slot = `${PREFIX}{${escape(account)}}`;
  if (!isUnlimited(keyLimits)) consumers.push(consumer('key', keyLimits, `${slot}:key:${escape(keyId)}`));
  if (!isUnlimited(accountLimits)) consumers.push(consumer('account', accountLimits, `${slot}:account`));
  return consumers;
}

function consumer(scope: LimitScope, limits: Limits, name: string): StoredConsumer {
  return { scope, limits, buckets: `${name}:used`, places: `${name}:places` };
}

/** A brace in a name would move the slot. */
function escape(name: string): string {
  return encodeURIComponent(name.toWellFormed());
}
