import { ApiError } from '../../../api-error.ts';
import type { JsonNode } from '../../../json/node.ts';
import { readAssistant } from './assistant.ts';
import { type Block, textBlock } from './blocks.ts';
import { readCacheMark } from './cache-marks.ts';
import type { Context } from './context.ts';
import { checkMessageMembers } from './message-members.ts';
import { readContent, readTextContent } from './parts.ts';
import { trimLiteralEnd, wordOf } from './string-literal.ts';
import { readToolResult } from './tool-result.ts';
import { ToolTurns } from './tool-turns.ts';

type Role = 'user' | 'assistant' | 'system';

/** One message to the upstream: all that one side says before the other does. */
export interface Turn {
  readonly role: Role;
  readonly blocks: Block[];
  /** The first of the client's messages it is made of. */
  readonly origin: JsonNode;
}

/** The client's messages as the upstream takes them. */
export interface Conversation {
  readonly system: readonly Block[];
  /** Never empty; starts with the user. */
  readonly turns: readonly Turn[];
  /** The last message is the assistant's: the model goes on from there. */
  readonly isPrefilled: boolean;
}

/** Throws for a message that cannot stand where it does, or cannot cross. */
export function readConversation(context: Context): Conversation {
  const messages = context.members.get('messages')?.asArray() ?? [];
  const reader = new ConversationReader(messages, context);
  for (const index of messages.keys()) reader.read(index);
  return reader.end();
}

class ConversationReader {
  readonly #messages: readonly JsonNode[];
  readonly #roles: readonly string[];
  readonly #context: Context;
  readonly #toolTurns: ToolTurns;
  /** System texts by the message they came from. */
  readonly #system: Turn[] = [];
  readonly #turns: Turn[] = [];

  constructor(messages: readonly JsonNode[], context: Context) {
    this.#messages = messages;
    this.#roles = messages.map(readRole);
    this.#context = context;
    this.#toolTurns = new ToolTurns(context);
  }

  read(index: number): void {
    const message = this.#messages[index] as JsonNode;
    checkMessageMembers(message, this.#context.warnings);
    switch (this.#roles[index]) {
      case 'system':
        this.#readSystem(message, index);
        break;
      case 'user':
        this.#readUser(message);
        break;
      case 'assistant':
        this.#readAssistant(message, index);
        break;
      case 'tool':
        this.#push('user', message, [readToolResult(message, this.#toolTurns.answer(message), this.#context)]);
        break;
      case 'function':
        this.#push('user', message, [readToolResult(message, this.#toolTurns.answerLegacy(message), this.#context)]);
        break;
    }
  }

  end(): Conversation {
    this.#toolTurns.close();
    if (this.#turns.length === 0) this.#sayLastSystemAsUser();
    const [first] = this.#turns;
    if (first === undefined) {
      throw new ApiError('invalid_value', 'The messages hold nothing that could be sent', { param: 'messages' });
    }
    if (first.role === 'assistant') {
      this.#turns.unshift({ role: 'user', blocks: [textBlock('"."', first.origin)], origin: first.origin });
      this.#context.warnings.add('approx.inserted_user_turn');
    }
    const isPrefilled = this.#trimPrefill();
    return { system: this.#system.flatMap(({ blocks }) => blocks), turns: this.#turns, isPrefilled };
  }

  #readSystem(message: JsonNode, index: number): void {
    const blocks = this.#withMark(message, readTextContent(message.require('content'), this.#context));
    if (blocks.length === 0) return;
    if (this.#turns.length > 0) {
      const next = this.#roles.slice(index + 1).find((role) => role !== 'system');
      if (this.#context.capabilities.midSystem && (next === undefined || next === 'assistant')) {
        this.#toolTurns.close();
        this.#push('system', message, blocks);
        return;
      }
      this.#context.warnings.add('approx.system_position', message.path);
    }
    this.#system.push({ role: 'system', blocks, origin: message });
  }

  #readUser(message: JsonNode): void {
    this.#toolTurns.close();
    const content = message.require('content');
    const blocks = readContent(content, this.#context);
    if (blocks.length === 0) throw content.invalid('holds no text and no attachment');
    this.#push('user', message, this.#withMark(message, blocks));
  }

  #readAssistant(message: JsonNode, index: number): void {
    this.#toolTurns.close();
    const blocks = readAssistant(message, index, this.#toolTurns, this.#context);
    if (blocks.length > 0) this.#push('assistant', message, blocks);
    else this.#context.warnings.add('dropped.messages', message.path);
  }

  #withMark(message: JsonNode, blocks: Block[]): Block[] {
    const last = blocks.at(-1);
    if (last !== undefined) last.mark ??= readCacheMark(message, this.#context);
    return blocks;
  }

  /** Messages of one role in a row are one to the upstream, whichever way they are sent. */
  #push(role: Role, origin: JsonNode, blocks: readonly Block[]): void {
    const last = this.#turns.at(-1);
    if (last?.role === role) last.blocks.push(...blocks);
    else this.#turns.push({ role, blocks: [...blocks], origin });
  }

  /** A conversation has to have something said in it. */
  #sayLastSystemAsUser(): void {
    const last = this.#system.pop();
    if (last === undefined) return;
    this.#turns.push({ ...last, role: 'user' });
    this.#context.warnings.add('approx.system_position', last.origin.path);
  }

  /** The upstream refuses an unfinished message that ends in white space. Whether the conversation ends in one. */
  #trimPrefill(): boolean {
    const last = this.#turns.at(-1);
    if (last?.role !== 'assistant') return false;
    const block = last.blocks.at(-1);
    const written = typeof block?.literal === 'string' ? block.literal : block?.literal?.raw;
    if (block === undefined || written === undefined) return true;
    const trimmed = trimLiteralEnd(written);
    if (trimmed !== written) last.blocks.splice(-1, 1, textBlock(trimmed, block.origin, block.mark));
    return true;
  }
}

const ROLES: ReadonlyMap<string, string> = new Map([
  ['system', 'system'],
  ['developer', 'system'],
  ['user', 'user'],
  ['assistant', 'assistant'],
  ['tool', 'tool'],
  ['function', 'function'],
]);

function readRole(message: JsonNode): string {
  const role = message.asObject().require('role').expect('string');
  const known = ROLES.get(wordOf(role) ?? '');
  if (known === undefined) {
    throw role.unsupported(`role ${role.raw} is not supported; roles are ${[...ROLES.keys()].join(', ')}`);
  }
  return known;
}
