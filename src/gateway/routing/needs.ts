import { findMember } from '../../protocol/json/scan.ts';
import type { RequestFacts } from '../../protocol/request.ts';
import { mediaOf } from './media.ts';
import { elementsOf, objectAt, valueOf, wordOf } from './prompt-parts.ts';

/** What an answer would mean something else without. */
export const HARD_NEEDS = ['tools', 'images', 'pdf', 'schema'] as const;
/** What a target that lacks it is passed over for, as long as another one has it. */
export const SOFT_NEEDS = ['json', 'thinking', 'context'] as const;
export type HardNeed = (typeof HARD_NEEDS)[number];
export type SoftNeed = (typeof SOFT_NEEDS)[number];

/** What a request asks of a model. */
export interface Needs {
  readonly hard: readonly HardNeed[];
  readonly json: boolean;
  readonly thinking: boolean;
  /** Longest answer that is asked for, in tokens; 0: none is named. */
  readonly outputTokens: number;
}

/** Reads what a request needs by scanning its bytes: native searches, unless images or documents are named in it. */
export function readNeeds(facts: RequestFacts): Needs {
  const hard: HardNeed[] = [];
  const format = formatOf(facts);
  if (hasFunctionTools(facts)) hard.push('tools');
  const media = mediaOf(facts);
  if (media.images) hard.push('images');
  if (media.pdf) hard.push('pdf');
  if (format === 'json_schema') hard.push('schema');
  return {
    hard,
    json: format === 'json_object',
    thinking: asksForThinking(facts),
    outputTokens: outputTokensOf(facts),
  };
}

/** Longest answer that a request asks for, in tokens; 0: none is named. */
export function outputTokensOf(facts: RequestFacts): number {
  return Math.max(0, ...['max_completion_tokens', 'max_tokens'].map((name) => numberOf(valueOf(facts, name))));
}

/** Types of tools that the client runs: its own, and those whose schema is known to the vendor, by their day. */
const RUN_BY_CLIENT = /^(?:function|custom|(?:bash|text_editor|computer|memory)_\d+)$/;

/** Tools the client runs; those that a vendor runs itself are another matter. */
export function hasFunctionTools({ bytes, scan }: RequestFacts): boolean {
  if (elementsOf(bytes, scan, 'functions').length > 0) return true;
  return elementsOf(bytes, scan, 'tools').some((span) => {
    const type = wordOf(bytes, objectAt(bytes, span), 'type');
    return type === undefined || RUN_BY_CLIENT.test(type);
  });
}

/** The format of the answer, by the name OpenAI has for it. */
function formatOf(facts: RequestFacts): 'json_schema' | 'json_object' | undefined {
  const { bytes, scan } = facts;
  for (const name of ['response_format', 'output_format', 'output_config']) {
    const member = findMember(scan, name);
    const whole = member && objectAt(bytes, [member.valueStart, member.valueEnd]);
    const inner = name === 'output_config' && whole !== undefined ? findMember(whole, 'format') : member;
    const type = inner && wordOf(bytes, objectAt(bytes, [inner.valueStart, inner.valueEnd]), 'type');
    if (type === 'json_schema' || type === 'json_object') return type;
  }
  return undefined;
}

function asksForThinking(facts: RequestFacts): boolean {
  const effort = valueOf(facts, 'reasoning_effort');
  if (typeof effort === 'string' && effort !== 'none') return true;
  const type = (valueOf(facts, 'thinking') as { type?: unknown } | null | undefined)?.type;
  return type === 'enabled' || type === 'adaptive' || valueOf(facts, 'enable_thinking') === true;
}

function numberOf(value: unknown): number {
  return typeof value === 'number' && value > 0 ? value : 0;
}
