import type { ModelDraft, TargetDraft } from './draft.ts';
import type { Findings } from './findings.ts';
import { unnoticed, noticed } from './leave-out-rest.ts';
import type { Deployment } from './litellm-deployment.ts';
import type { ModelFacts } from './litellm-facts.ts';
import { toModelId } from './model-ids.ts';

/** The models that the deployments of one name make: several are several targets. */
export function buildModels(
  deployments: readonly Deployment[],
  policy: string,
  findings: Findings,
): Record<string, ModelDraft> {
  const groups = Map.groupBy(deployments, ({ group }) => toModelId(group));
  const models: Record<string, ModelDraft> = {};
  for (const [id, members] of groups) {
    models[id] = {
      targets: rankTargets(members),
      ...(policy === 'weight' || members.length === 1 ? {} : { policy }),
      ...mergeFacts(members, findings),
    };
    for (const { section, group, target } of members) {
      findings.carry(section.path, `target ${target.provider} ${target.model} of the model ${id}`);
      if (group === id) continue;
      const why = `the model is called ${id}: what it was called is no model id here`;
      findings.leaveOut(section.at('model_name'), noticed(why, `Have clients ask for ${id}.`));
    }
  }
  return models;
}

/** Lower orders come first, those without one last; what has no share beside others that have one is only asked when those fail. */
function rankTargets(members: readonly Deployment[]): readonly TargetDraft[] {
  const kind = (['weight', 'rpm', 'tpm'] as const).find((one) => members.some(({ shares }) => shares[one] > 0));
  const shareOf = ({ shares }: Deployment): number => (kind === undefined ? 1 : shares[kind]);
  const ranks = [...new Set(members.map(rankOf))].toSorted(compareRanks);
  function rankOf(member: Deployment): string {
    return `${member.order} ${shareOf(member) > 0 ? 0 : 1}`;
  }
  const targets = members.map((member) => {
    const priority = ranks.indexOf(rankOf(member));
    const peers = members.filter((one) => rankOf(one) === rankOf(member)).map(shareOf);
    const isEven = new Set(peers).size === 1;
    const { price, ...place } = member.target;
    return {
      ...place,
      ...(isEven ? {} : { weight: shareOf(member) }),
      ...(priority === 0 ? {} : { priority }),
      ...(price === undefined ? {} : { price }),
    };
  });
  return targets.toSorted((a, b) => (a.priority ?? 0) - (b.priority ?? 0));
}

function compareRanks(a: string, b: string): number {
  const [[orderA = 0, shareA = 0], [orderB = 0, shareB = 0]] = [a.split(' ').map(Number), b.split(' ').map(Number)];
  return (orderA === orderB ? 0 : orderA - orderB) || shareA - shareB;
}

/** What all deployments of a model can do: the least of what they say. */
function mergeFacts(members: readonly Deployment[], findings: Findings): ModelFacts {
  const all = members.map(({ facts }) => facts);
  const least = (key: 'context' | 'max_output') => {
    const known = all.flatMap((facts) => facts[key] ?? []);
    return known.length === 0 ? {} : { [key]: Math.min(...known) };
  };
  const both = (key: 'tools' | 'vision') => {
    const known = all.flatMap((facts) => facts[key] ?? []);
    return known.length === 0 ? {} : { [key]: known.every(Boolean) };
  };
  const [first] = members;
  if (first !== undefined && new Set(all.map((facts) => JSON.stringify(facts))).size > 1) {
    const instead = 'Give the larger one a model id of its own if clients need it.';
    findings.leaveOut(
      first.section.at('model_info'),
      unnoticed('its targets differ, so the least of them holds', instead),
    );
  }
  return { ...least('context'), ...least('max_output'), ...both('tools'), ...both('vision') };
}
