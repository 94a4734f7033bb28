import type { AccumulatedAnswer } from '../../support/accumulate/answer.ts';
import type { ExpectedAnswer } from '../../support/arbitrary/expected.ts';

export interface View {
  /** Whose reading it is, for the complaint. */
  readonly client: string;
  /** What this client knows nothing of. */
  readonly blindTo?: 'reasoning';
  /** What was written to the cache counts as input like any other. */
  readonly foldsCacheWrites?: boolean;
  /** A refusal is a text like any other. */
  readonly refusalIsText?: boolean;
  /** The arguments are compared as values: this client hands out no text. */
  readonly parsedArguments?: boolean;
}

/** Throws when what a client has is not what was sent. */
export function compareAnswer(got: AccumulatedAnswer, expected: ExpectedAnswer, view: View): void {
  const complain = (what: string, is: unknown, should: unknown) => {
    const shown = (value: unknown) => JSON.stringify(value)?.slice(0, 600);
    throw new Error(`${view.client}: ${what} is ${shown(is)}, should be ${shown(should)}`);
  };
  if (expected.failed) {
    if (got.error === undefined) complain('the error', got.stop, 'an error');
  } else if (got.error !== undefined) complain('the error', got.error.message, 'none');
  const text = (view.refusalIsText ? expected.refusal : undefined) ?? expected.text;
  if (got.text !== text) complain('the text', got.text, text);
  if (view.blindTo !== 'reasoning' && got.reasoning !== expected.reasoning) {
    complain('the reasoning', got.reasoning, expected.reasoning);
  }
  const calls = expected.toolCalls.map(({ id, name, args, asValue = view.parsedArguments }, i) => {
    const told = got.toolCalls[i];
    const same = asValue && told !== undefined && parse(told.args) === parse(args);
    return { id: id ?? told?.id, name, args: same ? told.args : args };
  });
  const gotCalls = got.toolCalls.map(({ id, name, args }) => ({ id, name, args }));
  if (!Bun.deepEquals(gotCalls, calls)) complain('the calls', gotCalls, calls);
  if (expected.failed) return;
  if (got.stop !== expected.stop) complain('the stop', got.stop, expected.stop);
  const usage =
    expected.usage !== undefined && view.foldsCacheWrites
      ? { ...expected.usage, input: expected.usage.input + expected.usage.cacheWrite, cacheWrite: 0 }
      : expected.usage;
  if (usage !== undefined && !Bun.deepEquals(got.usage, usage)) complain('the usage', got.usage, usage);
  const counts = Object.values(got.usage ?? {});
  if (counts.length !== 5 || !counts.every((count) => Number.isSafeInteger(count) && count >= 0)) {
    complain('the usage', got.usage, 'counts');
  }
}

/** The value as one text: numbers and spaces may be written in several ways. */
function parse(args: string): string {
  try {
    return JSON.stringify(JSON.parse(args));
  } catch {
    return args;
  }
}
