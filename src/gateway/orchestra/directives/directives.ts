import { createHash } from 'node:crypto';
import { estimateTextTokens } from '../../../protocol/anthropic/estimate-tokens.ts';
import type { Role } from '../role.ts';
import coder from './coder.v1.txt' with { type: 'text' };
import debuggerText from './debugger.v1.txt' with { type: 'text' };
import fetcher from './fetcher.v1.txt' with { type: 'text' };
import frontend from './frontend.v1.txt' with { type: 'text' };
import planTodoExecute from './plan-todo-execute.v1.txt' with { type: 'text' };
import planner from './planner.v1.txt' with { type: 'text' };
import reviewer from './reviewer.v1.txt' with { type: 'text' };
import summarizer from './summarizer.v1.txt' with { type: 'text' };
import vision from './vision.v1.txt' with { type: 'text' };

/** Every role but the one that is steered by nothing. */
export type SteeredRole = Exclude<Role, 'chat'>;
export type DirectiveName = 'workflow:plan-todo-execute' | `role:${SteeredRole}`;

/** A text that th-orchestra adds to a system prompt. */
export interface Directive {
  readonly name: DirectiveName;
  /** Rises with every change of the text. */
  readonly version: number;
  /** What is inserted, to the last byte: its file holds this and nothing else. */
  readonly text: string;
  /** SHA-256 of the text in UTF-8, in hexadecimal. */
  readonly digest: string;
  /** Estimated from above, so that nobody pays for more of it than was added. */
  readonly tokens: number;
}

/** By name, in the order in which they are listed. */
export const DIRECTIVES: ReadonlyMap<DirectiveName, Directive> = new Map(
  [
    directive('workflow:plan-todo-execute', 1, planTodoExecute),
    directive('role:planner', 1, planner),
    directive('role:coder', 1, coder),
    directive('role:debugger', 1, debuggerText),
    directive('role:frontend', 1, frontend),
    directive('role:reviewer', 1, reviewer),
    directive('role:summarizer', 1, summarizer),
    directive('role:fetcher', 1, fetcher),
    directive('role:vision', 1, vision),
  ].map((one) => [one.name, one]),
);

/** The directive of a role; undefined for the one that has none. */
export function directiveOfRole(role: Role): Directive | undefined {
  return role === 'chat' ? undefined : DIRECTIVES.get(`role:${role}`);
}

function directive(name: DirectiveName, version: number, text: string): Directive {
  const bytes = Buffer.from(text);
  return {
    name,
    version,
    text,
    digest: createHash('sha256').update(bytes).digest('hex'),
    tokens: estimateTextTokens(bytes.length),
  };
}
