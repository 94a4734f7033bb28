import { type AdmissionRequest, type Lease, type Admission, type Limits, NO_LIMITS } from './ports.ts';

export function limits(some: Partial<Limits>): Limits {
  return { ...NO_LIMITS, ...some };
}

/** A request of one key of one account, with whatever a test wants different. */
export function asking(changes: Partial<AdmissionRequest> = {}): AdmissionRequest {
  return {
    keyId: 'key_1',
    account: 'acme',
    keyLimits: NO_LIMITS,
    accountLimits: NO_LIMITS,
    tokens: 1,
    ...changes,
  };
}

/** The lease of what has to be admitted. */
export function leaseOf(admission: Admission): Lease {
  if (admission.outcome !== 'admitted') throw new Error(`it was ${admission.outcome}: ${JSON.stringify(admission)}`);
  return admission.lease;
}
