import { describe, expect, test } from 'bun:test';
import OpenAI from 'openai';
import { thrownBy } from '../support/clients.ts';
import { message, text } from './support/anthropic-answers.ts';
import { conformance, hasWarning, warningsOf, type ConformanceModel } from './support/conformance.ts';

const th = conformance();
const HELLO = message([text('Hello there')]);
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const PDF = Buffer.from('%PDF-1.4 a page').toString('base64');
const user = (content: unknown) => ({ role: 'user', content });

/** Asks through the official SDK; the upstream has its body then. */
async function ask(model: ConformanceModel, body: object) {
  model.answer(HELLO);
  const request = { model: model.id, messages: [user('Hi')], ...body };
  const { data, response } = await th.openai.chat.completions.create(request as never).withResponse();
  const { choices } = data as OpenAI.ChatCompletion;
  expect(choices[0]?.message.content).toBe('Hello there');
  return { sent: model.sent(), response };
}

function refusal(model: ConformanceModel, body: object) {
  const request = { model: model.id, messages: [user('Hi')], ...body };
  return thrownBy<InstanceType<typeof OpenAI.APIError>>(th.openai.chat.completions.create(request as never));
}

describe('an OpenAI request before an Anthropic upstream', () => {
  const plain = th.model('anthropic');
  test('C013 system-string, L2: a system message becomes the top-level system', async () => {
    const { sent } = await ask(plain, { messages: [{ role: 'system', content: 'Be brief.' }, user('Hi')] });
    expect(sent.system).toEqual([{ type: 'text', text: 'Be brief.' }]);
    expect(sent.messages).toEqual([user('Hi')]);
  });

  const limited = th.model('anthropic', { dialect: { default_max_output: 1234 } });
  test('C014 default-max-tokens: an answer without a limit gets the model’s', async () => {
    const { sent } = await ask(limited, {});
    expect(sent.max_tokens).toBe(1234);
  });

  const capped = th.model('anthropic', { model: { max_output: 2048 } });
  test('M1: both spellings of the limit are taken, the newer one wins, too much is clamped and said', async () => {
    expect((await ask(capped, { max_tokens: 50 })).sent.max_tokens).toBe(50);
    expect((await ask(capped, { max_completion_tokens: 60, max_tokens: 50 })).sent.max_tokens).toBe(60);
    const { sent, response } = await ask(capped, { max_completion_tokens: 99_999 });
    expect(sent.max_tokens).toBe(2048);
    expect(sent).not.toHaveProperty('max_completion_tokens');
    expect(hasWarning(response, 'clamped.max_tokens'), String(warningsOf(response))).toBe(true);
    const error = await refusal(capped, { max_tokens: 0 });
    expect(error).toMatchObject({ status: 400, param: 'max_tokens' });
  });

  const sampling = th.model('anthropic', { dialect: { sampling: 'full' } });
  test('C015 temp-gt-1: a temperature above 1 is clamped, never rescaled', async () => {
    const { sent, response } = await ask(sampling, { temperature: 1.7 });
    expect(sent.temperature).toBe(1);
    expect(hasWarning(response, 'clamped.temperature')).toBe(true);
    const lower = await ask(sampling, { temperature: 0.3, top_p: 0.9 });
    expect(lower.sent).toMatchObject({ temperature: 0.3, top_p: 0.9 });
    expect(warningsOf(lower.response)).toEqual([]);
  });

  const rigid = th.model('anthropic', { dialect: { sampling: 'none' } });
  test('C016 temp-none: a model without sampling gets none, and the client its answer', async () => {
    const { sent, response } = await ask(rigid, { temperature: 0.2, top_p: 0.5 });
    expect(sent).not.toHaveProperty('temperature');
    expect(sent).not.toHaveProperty('top_p');
    expect(hasWarning(response, 'dropped.temperature')).toBe(true);
    expect(hasWarning(response, 'dropped.top_p')).toBe(true);
    expect(warningsOf((await ask(rigid, { temperature: 1 })).response)).toEqual([]);
  });

  test('C040 image-data-url: an image in a data URL becomes a base64 block', async () => {
    const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}`, detail: 'high' } };
    const remote = { type: 'image_url', image_url: { url: 'https://example.com/a.jpg' } };
    const { sent } = await ask(plain, { messages: [user([{ type: 'text', text: 'Look' }, image, remote])] });
    expect(sent.messages[0].content).toEqual([
      { type: 'text', text: 'Look' },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
      { type: 'image', source: { type: 'url', url: 'https://example.com/a.jpg' } },
    ]);
    const odd = { type: 'image_url', image_url: { url: `data:image/tiff;base64,${PNG}` } };
    const error = await refusal(plain, { messages: [user([odd])] });
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error.param).toStartWith('messages[0].content[0]');
  });

  test('C043 pdf: a file becomes a document that keeps its name', async () => {
    const file = { type: 'file', file: { filename: 'paper.pdf', file_data: `data:application/pdf;base64,${PDF}` } };
    const { sent } = await ask(plain, { messages: [user([file, { type: 'text', text: 'Sum up' }])] });
    expect(sent.messages[0].content[0]).toEqual({
      type: 'document',
      source: { type: 'base64', media_type: 'application/pdf', data: PDF },
      title: 'paper.pdf',
    });
    const error = await refusal(plain, { messages: [user([{ type: 'file', file: { file_id: 'file-1' } }])] });
    expect(error).toMatchObject({ status: 400, code: 'unsupported_value' });
    expect(error.param).toStartWith('messages[0].content[0]');
  });

  test('C079 json-schema, M5: a schema goes out with what the decoder takes, the rest in descriptions', async () => {
    const schema = {
      type: 'object',
      properties: {
        name: { type: 'string', minLength: 3, description: 'A name' },
        value: { oneOf: [{ type: 'string' }, { type: 'number' }] },
      },
      required: ['name', 'value'],
      additionalProperties: false,
    };
    const format = { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } };
    const { sent } = await ask(plain, { response_format: format });
    expect(sent).not.toHaveProperty('response_format');
    const { type, schema: relaxed } = sent.output_config.format;
    expect(type).toBe('json_schema');
    expect(relaxed).toMatchObject({ type: 'object', required: ['name', 'value'], additionalProperties: false });
    expect(relaxed.properties.value.anyOf).toEqual([{ type: 'string' }, { type: 'number' }]);
    expect(relaxed.properties.value).not.toHaveProperty('oneOf');
    expect(relaxed.properties.name).not.toHaveProperty('minLength');
    expect(relaxed.properties.name.description).toMatch(/A name[\s\S]*minLength[\s\S]*3/);
  });

  const schemaless = th.model('anthropic', { dialect: { structured: 'none' } });
  test('M7: a model without structured output refuses a schema instead of ignoring it', async () => {
    const format = { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object', properties: {} } } };
    const error = await refusal(schemaless, { response_format: format });
    expect(error).toMatchObject({ status: 400, code: 'unsupported_value' });
    expect(error.param).toStartWith('response_format');
    expect(schemaless.requests).toHaveLength(0);
  });

  test('C081 json-object: what Anthropic does not have is left out and said', async () => {
    const { sent, response } = await ask(plain, { response_format: { type: 'json_object' } });
    expect(sent).not.toHaveProperty('response_format');
    expect(sent).not.toHaveProperty('output_config');
    expect(hasWarning(response, 'dropped.response_format')).toBe(true);
  });

  test('C091 empty-text-block, L6: empty texts are left out; a user turn of nothing is refused', async () => {
    const { sent } = await ask(plain, {
      messages: [
        user([
          { type: 'text', text: ' ' },
          { type: 'text', text: 'Hi' },
          { type: 'text', text: '' },
        ]),
        { role: 'assistant', content: '' },
        user('Again'),
      ],
    });
    const texts = JSON.stringify(sent.messages);
    expect(texts).toContain('Hi');
    expect(texts).toContain('Again');
    expect(texts).not.toMatch(/"text":"\s*"|"content":""|"content":\[\]/);
    const error = await refusal(plain, { messages: [user([{ type: 'text', text: ' ' }])] });
    expect(error).toMatchObject({ status: 400, param: 'messages[0].content' });
  });

  test('C092 assistant-first: a greeting at the start gets a user turn before it, and that is said', async () => {
    const { sent, response } = await ask(plain, { messages: [{ role: 'assistant', content: 'Welcome!' }, user('Hi')] });
    expect(sent.messages.map(({ role }: { role: string }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(JSON.stringify(sent.messages[0])).toContain('"."');
    expect(hasWarning(response, 'approx.inserted_user_turn')).toBe(true);
  });

  test('C093 prefill-trim: the start of an answer goes out without the space at its end', async () => {
    const { sent } = await ask(plain, {
      messages: [user('Six by seven?'), { role: 'assistant', content: 'Answer: ' }],
    });
    expect(sent.messages).toHaveLength(2);
    expect(JSON.stringify(sent.messages[1])).toContain('"Answer:"');
  });

  const mid = th.model('anthropic', { dialect: { mid_system: true } });
  test('C095 mid-system, L1, L4: a later developer message stays where the model takes it, else joins the system', async () => {
    const messages = [{ role: 'system', content: 'First.' }, user('Hi'), { role: 'developer', content: 'Later.' }];
    const hoisted = await ask(plain, { messages });
    expect(hoisted.sent.system).toEqual([
      { type: 'text', text: 'First.' },
      { type: 'text', text: 'Later.' },
    ]);
    expect(hoisted.sent.messages).toHaveLength(1);
    expect(hasWarning(hoisted.response, 'approx.system_position')).toBe(true);
    const kept = await ask(mid, { messages });
    expect(kept.sent.system).toEqual([{ type: 'text', text: 'First.' }]);
    expect(kept.sent.messages[1].role).toBe('system');
    expect(JSON.stringify(kept.sent.messages[1])).toContain('Later.');
    expect(warningsOf(kept.response)).toEqual([]);
  });

  test('C099 stop-string, J3: a string is a list of one, white space is no stop sequence', async () => {
    expect((await ask(plain, { stop: 'END' })).sent.stop_sequences).toEqual(['END']);
    const { sent, response } = await ask(plain, { stop: '\n' });
    expect(sent).not.toHaveProperty('stop_sequences');
    expect(hasWarning(response, 'dropped.stop')).toBe(true);
    expect((await ask(plain, { stop: ['A', ' ', 'B', 'A'] })).sent.stop_sequences).toEqual(['A', 'B']);
  });

  test('C103 n-2, M6: two answers for one request are refused', async () => {
    const error = await refusal(plain, { n: 2 });
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error).toMatchObject({ param: 'n', code: 'unsupported_value' });
  });

  test('C104 logprobs: not to be had, so null, and said', async () => {
    plain.answer(HELLO);
    const request = { model: plain.id, messages: [user('Hi')], logprobs: true } as never;
    const { data, response } = await th.openai.chat.completions.create(request).withResponse();
    expect((data as OpenAI.ChatCompletion).choices[0]?.logprobs).toBeNull();
    expect(hasWarning(response, 'dropped.logprobs')).toBe(true);
    expect(plain.sent()).not.toHaveProperty('logprobs');
  });

  test('E5, E10: cache marks of either spelling cross on texts, images, tools and results', async () => {
    const mark = { type: 'ephemeral' };
    const { sent } = await ask(plain, {
      tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } }, cache_control: mark }],
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'S', prompt_cache_breakpoint: { mode: 'explicit' } }] },
        user([
          { type: 'text', text: 'Long', cache_control: mark },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` }, cache_control: mark },
        ]),
      ],
    });
    expect(sent.system[0].cache_control).toEqual(mark);
    expect(sent.messages[0].content[0].cache_control).toEqual(mark);
    expect(sent.messages[0].content[1].cache_control).toEqual(mark);
    expect(sent.tools[0].cache_control).toEqual(mark);
  });

  test('E7: more marks than Anthropic allows are brought to the last four', async () => {
    const marked = (value: string) => ({ type: 'text', text: value, cache_control: { type: 'ephemeral' } });
    const { sent } = await ask(plain, { messages: [user(['a', 'b', 'c', 'd', 'e', 'f'].map(marked))] });
    const marks = sent.messages[0].content.map((block: object) => 'cache_control' in block);
    expect(marks).toEqual([false, false, true, true, true, true]);
    expect(JSON.stringify(sent).match(/cache_control/g)).toHaveLength(4);
  });

  test('E3: tools, system and messages go out in one order, whatever the client’s, byte for byte alike', async () => {
    const tools = ['b', 'a'].map((name) => ({
      type: 'function',
      function: { name, parameters: { type: 'object', properties: {} } },
    }));
    const messages = [{ role: 'system', content: 'S' }, user('Hi')];
    await ask(plain, { tools, messages });
    const first = plain.sentText();
    plain.answer(HELLO);
    await (await th.post('openai', { messages, tools, model: plain.id })).text();
    expect(plain.sentText()).toBe(first);
    const { tools: sentTools } = plain.sent();
    expect(sentTools.map(({ name }: { name: string }) => name)).toEqual(['b', 'a']);
    const at = ['"tools"', '"system"', '"messages"'].map((member) => first.indexOf(member));
    expect(at.every((place) => place > 0)).toBe(true);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
  });
});
