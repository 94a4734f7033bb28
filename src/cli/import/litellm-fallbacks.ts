import type { ModelDraft, TargetDraft } from './draft.ts';
import type { Findings } from './findings.ts';
import { noticed } from './leave-out-rest.ts';
import { matchGlob, toModelId } from './model-ids.ts';
import { type Section, sectionOf, textsOf } from './section.ts';

const NO_FALLBACK = noticed('is no list of models', 'Add those models as further targets.');

type Models = Record<string, ModelDraft>;

/**
 * Puts the targets of fallback models behind those of the models they stand in for. Returns how many models the longest
 * chain has beside the first.
 */
export function addFallbacks(models: Models, sections: readonly Section[], findings: Findings): number {
  // Fallbacks of fallbacks would follow from what was added a moment ago.
  const before = structuredClone(models);
  const named = new Set<string>();
  let longest = 0;
  const add = (path: Section['path'], from: string, to: readonly string[]): void => {
    named.add(from);
    longest = Math.max(longest, extend(models, before, path, from, to, findings));
  };
  const everywhere: { readonly path: Section['path']; readonly to: readonly string[] }[] = [];
  for (const section of sections) {
    for (const [index, item] of (section.list('fallbacks') ?? []).entries()) {
      const entry = sectionOf([...section.at('fallbacks'), index], item);
      if (entry === undefined) findings.leaveOut([...section.at('fallbacks'), index], NO_FALLBACK);
      for (const from of entry?.keys ?? []) {
        const to = textsOf(entry?.list(from) ?? []) ?? [];
        const path = entry?.at(from) ?? section.path;
        if (to.length === 0) findings.leaveOut(path, NO_FALLBACK);
        else if (from === '*') everywhere.push({ path, to });
        else add(path, from, to);
      }
    }
    const to = textsOf(section.list('default_fallbacks') ?? []) ?? [];
    if (to.length > 0) everywhere.push({ path: section.at('default_fallbacks'), to });
  }
  for (const { path, to } of everywhere) {
    for (const id of Object.keys(before)) if (!named.has(id) && !to.includes(id)) add(path, id, to);
  }
  return longest;
}

function extend(
  models: Models,
  before: Models,
  path: Section['path'],
  from: string,
  to: readonly string[],
  findings: Findings,
): number {
  const id = toModelId(from);
  const model = Object.hasOwn(models, id) ? models[id] : modelOf(before, id);
  if (model === undefined) {
    findings.leaveOut(path, noticed(`the model ${id} is not carried`, 'Add it, with those as further targets.'));
    return 0;
  }
  models[id] = model;
  let steps = 0;
  for (const name of to) {
    const further = modelOf(before, toModelId(name))?.targets;
    const usable = further?.filter((target) => id.includes('*') || !target.model.includes('*')) ?? [];
    if (usable.length === 0) {
      findings.leaveOut(path, noticed(`${name} is no model that was carried`, 'Add it to the targets by hand.'));
      continue;
    }
    model.targets = appendTargets(model.targets, usable);
    findings.carry(path, `further targets of the model ${id}, those of ${name}`);
    steps += 1;
  }
  return steps;
}

function appendTargets(targets: readonly TargetDraft[], further: readonly TargetDraft[]): readonly TargetDraft[] {
  const first = Math.max(...targets.map(({ priority = 0 }) => priority)) + 1;
  const isNew = ({ provider, model }: TargetDraft) =>
    !targets.some((one) => one.provider === provider && one.model === model);
  return [
    ...targets,
    ...further.filter(isNew).map(({ provider, model, weight, priority = 0, price }) => ({
      provider,
      model,
      ...(weight === undefined ? {} : { weight }),
      priority: first + priority,
      ...(price === undefined ? {} : { price }),
    })),
  ];
}

/** The model of a name: one of that id, or a glob's with what it matched in the place of every `*`. */
export function modelOf(models: Models, name: string): ModelDraft | undefined {
  if (Object.hasOwn(models, name)) return models[name];
  const globs = Object.keys(models).filter((id) => matchGlob(id, name) !== undefined);
  const [glob] = globs.toSorted((a, b) => b.length - a.length);
  if (glob === undefined) return undefined;
  const star = matchGlob(glob, name) ?? '';
  const { aliases: _none, ...model } = models[glob] as ModelDraft;
  return {
    ...model,
    targets: model.targets.map((target) => ({ ...target, model: target.model.replace('*', () => star) })),
  };
}
