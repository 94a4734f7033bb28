import { findMember } from '../protocol/json/scan.ts';
import type { RequestFacts } from '../protocol/request.ts';
import type { Shape } from '../protocol/shape.ts';

/** Members that only bodies for Anthropic's endpoint have. */
const ANTHROPIC_MEMBERS = ['system', 'stop_sequences', 'thinking', 'output_config', 'anthropic_version'];

/** The shape a body looks like, where no route tells. */
export function guessShape({ scan }: RequestFacts): Shape {
  return ANTHROPIC_MEMBERS.some((name) => findMember(scan, name) !== undefined) ? 'anthropic' : 'openai';
}
