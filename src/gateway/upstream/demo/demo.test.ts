import { describe, expect, test } from 'bun:test';
import { askDemo } from './ask-demo.fixture.ts';
import { createDemo } from './demo.ts';
import { countTokens } from './tokens.ts';
import { chat, hello, helloA, message, tools, toolsA, user, weather } from './demo-requests.fixture.ts';

describe('a plain answer', () => {
  test('quotes the prompt, says what it is and how to get a real model, in 15 to 40 words', async () => {
    const text = (await chat({})).choices[0].message.content as string;
    expect(text).toContain('"Good morning from Lisbon"');
    expect(text).toContain('built-in demo model');
    expect(text).toContain('OPENAI_API_KEY');
    expect(text.split(/\s+/).length).toBeWithin(15, 41);
    const long = (await chat(user('word '.repeat(5000)))).choices[0].message.content as string;
    expect(long.split(/\s+/).length).toBeWithin(15, 41);
  });
  test('is the same in both shapes and at every call, under a new id', async () => {
    const [a, b, m] = [await chat({}), await chat({}), await message({})];
    expect(a.choices).toEqual(b.choices);
    expect(m.content).toEqual([{ type: 'text', text: a.choices[0].message.content }]);
    expect(a.id).toStartWith('chatcmpl-demo');
    expect(m.id).toStartWith('msg_demo');
    expect(a.id).not.toBe(b.id);
    expect([a.model, m.model]).toEqual(['demo', 'demo']);
    expect([a.choices[0].finish_reason, m.stop_reason]).toEqual(['stop', 'end_turn']);
  });
  test("Claude Code's own notes are not what the user said", async () => {
    const note = '<system-reminder>use get_weather</system-reminder>';
    const answer = await message({ tools: toolsA, ...user([{ type: 'text', text: `${note}\nhello there` }]) });
    expect(answer.content[0].text).toContain('"hello there"');
  });
});

describe('structured output', () => {
  test('a JSON schema is kept to', async () => {
    const format = { type: 'json_schema', json_schema: { name: 'x', schema: weather } };
    expect(JSON.parse((await chat({ response_format: format })).choices[0].message.content)).toEqual({
      city: 'Lisbon',
      days: 1,
    });
    const output_config = { format: { type: 'json_schema', schema: weather } };
    expect(JSON.parse((await message({ output_config })).content[0].text)).toEqual({ city: 'Lisbon', days: 1 });
  });
  test('json_object gives an object', async () => {
    const { content } = (await chat({ response_format: { type: 'json_object' } })).choices[0].message;
    expect(JSON.parse(content)).toEqual({ answer: expect.any(String) });
  });
});

describe('token counts', () => {
  test('all the text that came in and all that went out', async () => {
    const body = {
      tools: [toolsA[0]],
      system: 'Be brief.',
      thinking: { type: 'adaptive' },
      ...user('Use get_weather for Rome'),
    };
    const answer = await message(body);
    const input = ['Be brief.', 'Use get_weather for Rome', 'get_weather', 'd', JSON.stringify(weather)];
    expect(answer.usage.input_tokens).toBe(input.reduce((sum, text) => sum + countTokens(text), 0));
    const [thought, call] = answer.content;
    const output = [thought.thinking, call.name, JSON.stringify(call.input)];
    expect(answer.usage.output_tokens).toBe(output.reduce((sum, text) => sum + countTokens(text), 0));
    const counted = await askDemo('anthropic', { model: 'demo', ...body }, '/v1/messages/count_tokens?beta=true');
    expect(await counted.json()).toEqual({ input_tokens: answer.usage.input_tokens });
  });
  test('both shapes count the same prompt alike, and the total is the sum', async () => {
    const { usage } = await chat({ tools, messages: [{ role: 'system', content: 'Be brief.' }, ...hello.messages] });
    const other = await message({ tools: toolsA, system: [{ type: 'text', text: 'Be brief.' }] });
    expect(usage.prompt_tokens).toBe(other.usage.input_tokens);
    expect(usage.completion_tokens).toBe(other.usage.output_tokens);
    expect(usage.total_tokens).toBe(usage.prompt_tokens + usage.completion_tokens);
  });
});

describe('abort', () => {
  const bytes = (body: object) => new TextEncoder().encode(JSON.stringify(body));

  test('before the request, send rejects with AbortError', async () => {
    const sent = createDemo({ paceMs: 0 }).send({
      shape: 'openai',
      path: '/chat/completions',
      headers: {},
      key: 0,
      body: bytes(hello),
      signal: AbortSignal.abort(),
    });
    await expect(sent).rejects.toMatchObject({ name: 'AbortError' });
  });
  test('within the stream, the body fails with AbortError', async () => {
    for (const [shape, path] of [
      ['openai', '/chat/completions'],
      ['anthropic', '/v1/messages'],
    ] as const) {
      const controller = new AbortController();
      const body = bytes({ ...helloA, stream: true });
      const response = await createDemo({ paceMs: 60_000 }).send({
        shape,
        path,
        headers: {},
        key: 0,
        body,
        signal: controller.signal,
      });
      setTimeout(() => controller.abort(), 5);
      await expect(response.text()).rejects.toMatchObject({ name: 'AbortError' });
    }
  });
});
