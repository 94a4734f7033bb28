import type { TimeoutsDraft } from './draft.ts';
import type { Findings } from './findings.ts';
import { noticed, unnoticed } from './leave-out-rest.ts';
import { readTimeouts } from './litellm-timeouts.ts';
import type { Section } from './section.ts';

/** What holds for every model. */
export interface RouterTerms {
  readonly policy: string;
  /** Undefined: as there by default. */
  readonly retries: number | undefined;
  readonly timeouts: TimeoutsDraft;
}

/** Our policy for a way of choosing there, and what is different about it. */
const STRATEGIES: Readonly<Record<string, { readonly policy: string; readonly differs?: string }>> = {
  'simple-shuffle': { policy: 'weight' },
  'latency-based-routing': { policy: 'latency' },
  'cost-based-routing': { policy: 'cost' },
  'least-busy': { policy: 'latency', differs: 'the faster one of two is taken, not the one with the fewest requests' },
  'usage-based-routing': { policy: 'weight', differs: 'targets are not chosen by what they were used' },
  'usage-based-routing-v2': { policy: 'weight', differs: 'targets are not chosen by what they were used' },
};

/** `litellm_settings` has some of the settings of the router too; the router's own stand above them. */
export function readRouterTerms(
  router: Section | undefined,
  settings: Section | undefined,
  findings: Findings,
): RouterTerms {
  const retries = [router, settings].flatMap((section) => {
    const count = section?.number('num_retries');
    if (section === undefined || count === undefined) return [];
    findings.carry(section.at('num_retries'), 'retry.attempts');
    return [count];
  });
  const timeouts = {
    ...(settings === undefined ? {} : readTimeouts(settings, 'request_timeout')),
    ...(router === undefined ? {} : readTimeouts(router)),
  };
  return { policy: readPolicy(router, findings), retries: retries[0], timeouts };
}

function readPolicy(router: Section | undefined, findings: Findings): string {
  const name = router?.text('routing_strategy');
  if (router === undefined || name === undefined) return 'weight';
  const at = router.at('routing_strategy');
  const known = Object.hasOwn(STRATEGIES, name) ? STRATEGIES[name] : undefined;
  if (known === undefined) {
    findings.leaveOut(at, noticed('chooses in a way that is not known here', 'Set policy of each model.'));
    return 'weight';
  }
  if (known.differs === undefined) findings.carry(at, `policy ${known.policy} of models with several targets`);
  else
    findings.leaveOut(at, unnoticed(`${known.differs}: policy ${known.policy}`, 'Set policy of a model to change it.'));
  return known.policy;
}
