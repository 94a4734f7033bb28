import { describe, expect, test } from 'bun:test';
import { testThinking } from '../thinking-ports.fixture.ts';
import { send } from './prepare.fixture.ts';

const SAID = '{"role":"user","content":"Hi"}';
const of = (messages: readonly string[]) => `{"model":"m","messages":[ ${messages.join(' , ')} ]}`;

describe('D2, D5: reasoning in a request of OpenAI’s shape that models of several families may serve', () => {
  const details = (...signatures: string[]) =>
    `"reasoning_details" : [${signatures.map((signature) => `{"type":"reasoning.text","text":"hm","signature":"${signature}"}`).join(', ')}]`;
  const google = (signature: string) => `"extra_content":{"google":{"thought_signature":"${signature}"}}`;
  const said = (...members: string[]) =>
    `{"role":"assistant","content":"\\u00e9"${members.map((one) => `,${one}`).join('')}}`;
  const call = (...more: string[]) =>
    `{"id":"c" ,"function":{"name":"f","arguments":"{}"}${more.map((one) => `, ${one}`).join('')}}`;

  test('what the upstream’s model did not sign goes; texts, calls and unsigned reasoning stay to the byte', () => {
    const reasoning = '"reasoning_content":"hm", "reasoning":"hm"';
    const { text, exact, warnings } = send(
      'openai',
      of([
        SAID,
        said(details('foreign1'), reasoning),
        said(reasoning, details('own', 'foreign2')),
        said(details('own')),
        said(google('foreign3'), `"tool_calls":[${call(google('foreign4'))}, ${call(google('own'))}]`),
        said('"reasoning_details":[{"type":"reasoning.encrypted","data":"foreign5"}]'),
        said('"reasoning_details":[{"type":"reasoning.summary","summary":"hm"}]'),
      ]),
      { thinking: testThinking() },
    );
    expect(text).toBe(
      of([
        SAID,
        said(reasoning),
        said(reasoning),
        said(details('own')),
        said(`"tool_calls":[${call()}, ${call(google('own'))}]`),
        said(),
        said('"reasoning_details":[{"type":"reasoning.summary","summary":"hm"}]'),
      ]),
    );
    expect(exact).toBe(false);
    expect(warnings).toEqual(['dropped.reasoning_details=messages', 'dropped.extra_content=messages']);
  });

  test('all of it where it is withheld; none where one family serves it', () => {
    const body = of([SAID, said(details('own')), said(`"tool_calls":[${call(google('own'))}]`)]);
    expect(send('openai', body, { thinking: testThinking(true) }).text).toBe(
      of([SAID, said(), said(`"tool_calls":[${call()}]`)]),
    );
    expect(send('openai', body, { thinking: testThinking() })).toEqual({ text: body, exact: true, warnings: [] });
    expect(send('openai', body)).toEqual({ text: body, exact: true, warnings: [] });
  });

  test('together with calls whose ids have to be others', () => {
    const { text } = send('openai', of([SAID, `{"tool_calls":[{"id":"call_1",${google('foreign')}}]}`]), {
      thinking: testThinking(),
      capabilities: { toolId: 'mistral9' },
    });
    expect(text).toMatch(/"tool_calls":\[\{"id":"[A-Za-z0-9]{9}"\}\]\} \]\}$/);
  });
});
