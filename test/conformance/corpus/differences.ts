/** What a client has of an answer, against what the recording says: the aspects in which they differ, and how. */
import type { AccumulatedAnswer, AccumulatedUsage } from '../../support/accumulate/answer.ts';
import type { PlainAnswer, PlainCall } from './plain-answer.ts';

export type Aspect = 'error' | 'text' | 'reasoning' | 'calls' | 'stop' | 'usage' | 'grammar';

export interface Difference {
  readonly aspect: Aspect;
  readonly client: string;
  readonly is: unknown;
  readonly should: unknown;
}

export interface Client {
  readonly name: string;
  readonly answer: AccumulatedAnswer;
  /** What it knows nothing of. */
  readonly blindTo?: readonly ('reasoning' | 'cacheWrites')[];
  /** A refusal is shown as a text like any other. */
  readonly refusalIsText?: boolean;
}

export interface Expectation extends PlainAnswer {
  /** The stop reason in the client's words. */
  readonly stop: string;
  /** How the client must see an id. */
  readonly idOf: (id: string) => string | RegExp;
  readonly argsOf: (call: PlainCall) => string;
}

export function differencesOf(
  { name: client, answer, blindTo = [], refusalIsText }: Client,
  should: Expectation,
): Difference[] {
  const found: Difference[] = [];
  const differ = (aspect: Aspect, is: unknown, expected: unknown) =>
    found.push({ aspect, client, is, should: expected });
  if (should.failed !== (answer.error !== undefined)) {
    differ('error', answer.error?.message ?? 'none', should.failed ? 'an error' : 'none');
  }
  // White space before the first and behind the last word may go: blocks of nothing else are refused in later turns.
  const text = should.text.trim() === '' && refusalIsText ? should.refusal : should.text;
  if (should.failed ? !should.text.startsWith(answer.text) : answer.text.trim() !== text.trim()) {
    differ('text', answer.text, text);
  }
  if (!blindTo.includes('reasoning') && !should.failed && squeeze(answer.reasoning) !== squeeze(should.reasoning)) {
    differ('reasoning', answer.reasoning, should.reasoning);
  }
  if (should.failed) return found;
  const calls = should.calls.map((call) => [should.idOf(call.id), call.name, valueOf(should.argsOf(call))]);
  const got = answer.toolCalls.map((call, i) => {
    const id = calls[i]?.[0];
    return [id instanceof RegExp && id.test(call.id) ? id : call.id, call.name, valueOf(call.args)];
  });
  if (!Bun.deepEquals(got, calls)) differ('calls', got, calls);
  if (answer.stop !== should.stop) differ('stop', answer.stop, should.stop);
  const usage = should.usage && fold(should.usage, blindTo.includes('cacheWrites'));
  if (usage !== undefined && !Bun.deepEquals(answer.usage, usage)) differ('usage', answer.usage, usage);
  return found;
}

function fold(usage: AccumulatedUsage, writes: boolean): AccumulatedUsage {
  return writes ? { ...usage, input: usage.input + usage.cacheWrite, cacheWrite: 0 } : usage;
}

function squeeze(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

function valueOf(args: string): unknown {
  try {
    return JSON.parse(args);
  } catch {
    return args;
  }
}
