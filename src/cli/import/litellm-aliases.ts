import type { ModelDraft } from './draft.ts';
import type { Findings } from './findings.ts';
import { noticed } from './leave-out-rest.ts';
import { modelOf } from './litellm-fallbacks.ts';
import { toModelId } from './model-ids.ts';
import { type Section, sectionOf } from './section.ts';

/** `model_group_alias`: further ids of models. */
export function addAliases(models: Record<string, ModelDraft>, router: Section | undefined, findings: Findings): void {
  const section = router?.section('model_group_alias');
  for (const alias of section?.keys ?? []) {
    if (section === undefined) return;
    const path = section.at(alias);
    const item = section.peek(alias);
    const name = typeof item === 'string' ? item : sectionOf(path, item)?.text('model');
    const model = name === undefined ? undefined : modelOf(models, toModelId(name));
    if (
      model === undefined ||
      alias.includes('*') ||
      /[\s$]/.test(alias) ||
      alias === '' ||
      Object.hasOwn(models, alias)
    ) {
      findings.leaveOut(
        path,
        noticed('is no other name of a model that was carried', 'Write it as aliases of a model.'),
      );
    } else if (name !== undefined && models[toModelId(name)] === model && !name.includes('*')) {
      if (!isAlias(models, alias)) model.aliases = [...(model.aliases ?? []), alias];
      findings.carry(path, `alias of the model ${toModelId(name)}`);
    } else {
      models[alias] = model;
      findings.carry(path, `the model ${alias}`);
    }
  }
}

function isAlias(models: Record<string, ModelDraft>, name: string): boolean {
  return Object.values(models).some(({ aliases }) => aliases?.includes(name) === true);
}
