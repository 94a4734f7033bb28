import { findMember } from '../../../protocol/json/scan.ts';
import type { RequestFacts } from '../../../protocol/request.ts';
import { hasFunctionTools } from '../../routing/needs.ts';
import { elementsOf, objectAt, valueOf, wordOf } from '../../routing/prompt-parts.ts';
import { toolKindOf } from './tool-kind.ts';

/** Whether a model may call tools that the client runs. */
export function offersTools(facts: RequestFacts): boolean {
  return !forbidsTools(facts) && hasFunctionTools(facts);
}

function forbidsTools(facts: RequestFacts): boolean {
  const choice = valueOf(facts, 'tool_choice') ?? valueOf(facts, 'function_call');
  return choice === 'none' || (choice as { type?: unknown } | undefined)?.type === 'none';
}

/** Whether tools are among them that change files or run commands, as those of coding agents do. */
export function offersWorkbench({ bytes, scan }: RequestFacts): boolean {
  for (const list of ['tools', 'functions']) {
    for (const span of elementsOf(bytes, scan, list)) {
      const tool = objectAt(bytes, span);
      if (tool === undefined) continue;
      const member = findMember(tool, 'function');
      const inner = member === undefined ? tool : objectAt(bytes, [member.valueStart, member.valueEnd]);
      const kind = toolKindOf(wordOf(bytes, inner, 'name') ?? '');
      if (kind === 'edit' || kind === 'run') return true;
    }
  }
  return false;
}
