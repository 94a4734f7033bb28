import { Document, isCollection } from 'yaml';
import type { ConfigDraft } from './draft.ts';

/** The file a draft makes, with targets and deadlines on one line each. */
export function writeYaml(draft: ConfigDraft, gateway: string): string {
  const document = new Document(toFile(draft), { aliasDuplicateObjects: false });
  document.commentBefore = ` Made from a configuration of ${gateway} by tokenharbor import.\n Every option: docs/config.md`;
  const flow = (path: readonly unknown[]): void => {
    const node = document.getIn(path);
    if (isCollection(node)) node.flow = true;
  };
  for (const [id, model] of Object.entries(draft.models)) {
    flow(['models', id, 'aliases']);
    for (const index of model.targets.keys()) flow(['models', id, 'targets', index]);
  }
  for (const name of Object.keys(draft.providers)) flow(['providers', name, 'timeouts']);
  return document.toString({ lineWidth: 0 });
}

/** A draft as our file has it; sections that hold nothing are left out, which is not the same as empty ones. */
export function toFile({ providers, models, ...rest }: ConfigDraft): Readonly<Record<string, unknown>> {
  const { retry, ...before } = rest;
  return {
    ...before,
    ...(Object.keys(providers).length === 0 ? {} : { providers }),
    ...(Object.keys(models).length === 0 ? {} : { models }),
    ...(retry === undefined ? {} : { retry }),
  };
}
