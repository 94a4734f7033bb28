/** Conversations with tools, as clients of either shape keep them and send them back. */
import fc from 'fast-check';
import { anyText, solidText } from './text.ts';
import { argumentsText, legalId, toolName } from './tool-arguments.ts';

export interface HistoryCall {
  readonly id: string;
  readonly name: string;
  /** JSON text of the input. */
  readonly input: string;
  readonly result: string;
  readonly isError: boolean;
}

/** One round: the user says something, the model answers, its calls are answered with what follows. */
export interface Round {
  readonly user: readonly string[];
  readonly assistant: string;
  readonly calls: readonly HistoryCall[];
  readonly after: string;
}

const packedId = fc
  .tuple(fc.constantFrom('functions.read:', 'call é/'), fc.nat(999))
  .map((parts) => `thx_${Buffer.from(parts.join('')).toString('base64url')}`);

const call = fc.record({
  id: fc.oneof({ weight: 4, arbitrary: legalId }, packedId),
  name: toolName,
  input: argumentsText,
  result: fc.oneof(solidText, fc.constantFrom('', '{"ok":true}', '[]')),
  isError: fc.boolean(),
});

const round: fc.Arbitrary<Round> = fc.record({
  user: fc.array(solidText, { minLength: 1, maxLength: 3 }),
  assistant: fc.oneof(solidText, fc.constant('')),
  calls: fc.array(call, { maxLength: 3 }),
  after: fc.oneof(solidText, fc.constant('')),
});

export interface History {
  readonly system: string;
  readonly rounds: readonly Round[];
}

/** Ids differ; every turn of the model says or calls something; the user has the last word. */
export const history: fc.Arbitrary<History> = fc
  .record({
    system: fc.oneof(
      anyText.map((text) => `s${text}`),
      fc.constant(''),
    ),
    rounds: fc.array(round, { minLength: 1, maxLength: 4 }),
  })
  .map(({ system, rounds }) => {
    const ids = new Set<string>();
    return {
      system,
      rounds: rounds
        .map((one) => ({
          ...one,
          assistant: one.assistant === '' && one.calls.length === 0 ? 'ok' : one.assistant,
          calls: one.calls.filter(({ id }) => !ids.has(id) && ids.add(id)),
        }))
        .map((one) => (one.assistant === '' && one.calls.length === 0 ? { ...one, assistant: 'ok' } : one)),
    };
  });

const text = (value: string) => `{"type":"text","text":${JSON.stringify(value)}}`;

/** A request of an Anthropic client; inputs stand in it as they are. */
export function anthropicBody({ system, rounds }: History): string {
  const messages: string[] = [];
  let carried: string[] = [];
  for (const { user, assistant, calls, after } of rounds) {
    messages.push(`{"role":"user","content":[${[...carried, ...user.map(text)].join(',')}]}`);
    const uses = calls.map(
      ({ id, name, input }) =>
        `{"type":"tool_use","id":${JSON.stringify(id)},"name":${JSON.stringify(name)},"input":${input}}`,
    );
    messages.push(
      `{"role":"assistant","content":[${[...(assistant === '' ? [] : [text(assistant)]), ...uses].join(',')}]}`,
    );
    carried = [
      ...calls.map(({ id, result, isError }) =>
        JSON.stringify({
          type: 'tool_result',
          tool_use_id: id,
          content: result,
          ...(isError ? { is_error: true } : {}),
        }),
      ),
      ...(after === '' ? [] : [text(after)]),
    ];
  }
  messages.push(`{"role":"user","content":[${[...carried, text('go on')].join(',')}]}`);
  const more = system === '' ? '' : `"system":${JSON.stringify(system)},`;
  return `{"model":"m","max_tokens":100,${more}"messages":[${messages.join(',')}]}`;
}

/** The same request of an OpenAI client. */
export function openAiBody({ system, rounds }: History): string {
  const messages: object[] = system === '' ? [] : [{ role: 'system', content: system }];
  let carried = '';
  for (const { user, assistant, calls, after } of rounds) {
    if (carried !== '') messages.push({ role: 'user', content: carried });
    messages.push({ role: 'user', content: user.map((one) => ({ type: 'text', text: one })) });
    const tool_calls = calls.map(({ id, name, input }) => ({
      id,
      type: 'function',
      function: { name, arguments: input },
    }));
    messages.push({
      role: 'assistant',
      content: assistant === '' ? null : assistant,
      ...(calls.length === 0 ? {} : { tool_calls }),
    });
    for (const { id, result } of calls) messages.push({ role: 'tool', tool_call_id: id, content: result });
    carried = after;
  }
  messages.push({ role: 'user', content: `${carried}go on` });
  return JSON.stringify({ model: 'm', messages });
}
