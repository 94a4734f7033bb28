import { describe, expect, test } from 'bun:test';
import type Anthropic from '@anthropic-ai/sdk';
import { conformance, hasWarning, type Answer, type ConformanceModel } from './support/conformance.ts';
import { chunks, completion, toolCall, toolDelta } from './support/openai-answers.ts';
import { streamAnthropic, type Json } from './support/through-sdk.ts';

const th = conformance();
const user = (content: unknown) => ({ role: 'user', content });
const ON = { thinking: { type: 'enabled', budget_tokens: 1024 }, max_tokens: 4000 };
const ADAPTIVE = { thinking: { type: 'adaptive' }, max_tokens: 4000 };
const TOOLS = { tools: ['f', 'g'].map((name) => ({ name, input_schema: { type: 'object' } })) };
const result = (tool_use_id: string) => ({ type: 'tool_result', tool_use_id, content: 'r' });

const body = (model: ConformanceModel, more: object = {}) => ({
  model: model.id,
  max_tokens: 1000,
  messages: [user('Hi')],
  ...more,
});
const create = async (model: ConformanceModel, more: object = {}) =>
  (await th.anthropic.messages.create(body(model, more) as never)) as Anthropic.Message & Json;

describe('the reasoning of an OpenAI upstream, for an Anthropic client', () => {
  const model = th.model('openai', {
    dialect: {
      reasoning_out: ['reasoning', 'reasoning_content'],
      reasoning_in: 'reasoning_content',
      reasoning_echo: 'tool_turns',
    },
  });
  const stream = (answer: Answer, more: object = ON) => streamAnthropic(th, body(model.answer(answer), more));

  test('C035 reasoning-shown, A4, D6: asked for, it is a signed thinking block before the text', async () => {
    const { message, outline } = await stream(
      chunks([{ reasoning_content: 'They ' }, { reasoning_content: 'greet.' }, { content: 'Hello' }]),
    );
    expect(outline).toEqual([
      'message_start',
      'start:thinking',
      'thinking_delta',
      'signature_delta',
      'stop',
      'start:text',
      'text_delta',
      'stop',
      'message_delta',
      'message_stop',
    ]);
    expect(message.content).toMatchObject([
      { type: 'thinking', thinking: 'They greet.' },
      { type: 'text', text: 'Hello' },
    ]);
    expect((message.content[0] as { signature: string }).signature).toMatch(/^th1\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/);
    model.answer(completion({ reasoning_content: 'They greet.', content: 'Hello' }));
    const whole = await create(model, ADAPTIVE);
    expect(whole.content).toMatchObject([
      { type: 'thinking', thinking: 'They greet.' },
      { type: 'text', text: 'Hello' },
    ]);
  });

  test('C036 reasoning-hidden: not asked for, it is not shown, but counted', async () => {
    const usage = {
      prompt_tokens: 40,
      completion_tokens: 11,
      total_tokens: 51,
      completion_tokens_details: { reasoning_tokens: 7 },
    };
    const { message } = await stream(chunks([{ reasoning_content: 'hm' }, { content: 'Hello' }], { usage }), {});
    expect(message.content).toMatchObject([{ type: 'text', text: 'Hello' }]);
    expect(message.content).toHaveLength(1);
    expect((message.usage as Json).output_tokens_details.thinking_tokens).toBe(7);
    model.answer(completion({ reasoning_content: 'hm', content: 'Hello' }, { usage }));
    const whole = await create(model);
    expect(whole.content).toHaveLength(1);
    expect(whole.usage).toMatchObject({ output_tokens: 11, output_tokens_details: { thinking_tokens: 7 } });
  });

  test('C037 vllm-reasoning: told in two members, it is taken once', async () => {
    const both = (text: string) => ({ reasoning: text, reasoning_content: text });
    const { message } = await stream(chunks([both('One '), both('thought.'), { content: 'Hello' }]));
    expect(message.content).toMatchObject([{ thinking: 'One thought.' }, { text: 'Hello' }]);
    model.answer(completion({ ...both('One thought.'), content: 'Hello' }));
    expect((await create(model, ON)).content).toMatchObject([{ thinking: 'One thought.' }, { text: 'Hello' }]);
  });

  test('C066 think-text-think: reasoning that resumes is another block', async () => {
    const { message, events } = await stream(
      chunks([{ reasoning_content: 'one' }, { content: 'A' }, { reasoning_content: 'two' }, { content: 'B' }]),
    );
    expect(message.content.map(({ type }) => type)).toEqual(['thinking', 'text', 'thinking', 'text']);
    const starts = events.filter(({ type }) => type === 'content_block_start');
    expect(starts.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    const signatures = message.content.flatMap((block) => (block.type === 'thinking' ? [block.signature] : []));
    expect(new Set(signatures).size).toBe(2);
  });

  /** An answer with reasoning and a call, as the client has it then. */
  async function thought(answer: Answer, more: object = {}): Promise<Json[]> {
    model.answer(answer);
    return (await create(model, { ...ON, ...TOOLS, ...more })).content as Json[];
  }
  const called = (reasoning: object, id = 'call_1') =>
    completion({ ...reasoning, content: null, tool_calls: [toolCall(id, 'f', '{}')] }, { finish: 'tool_calls' });
  async function goOn(target: ConformanceModel, content: readonly object[], more: object = {}): Promise<Json> {
    const call = (content as Json[]).find(({ type }) => type === 'tool_use');
    target.answer(completion({ content: 'done' }));
    const messages = [user('Hi'), { role: 'assistant', content }, user([result(call.id)])];
    await create(target, { ...ON, ...TOOLS, messages, ...more });
    return target.sent().messages[1];
  }

  test('C071 th1-echo, D8, D4: a thinking block that comes back is the upstream’s reasoning again, byte for byte', async () => {
    const reasoning = 'I  should\nread “the” file 🌍.';
    const content = await thought(called({ reasoning_content: reasoning }));
    expect(content.map(({ type }) => type)).toEqual(['thinking', 'tool_use']);
    const turn = await goOn(model, content);
    expect(turn.reasoning_content).toBe(reasoning);
    expect(JSON.stringify(turn)).not.toContain('th1.');
  });

  test('C073 th1-tampered: an edited thinking block is left out, the request goes on', async () => {
    const content = await thought(called({ reasoning_content: 'The truth.' }, 'call_tampered'));
    const edited = content.map((block) => (block.type === 'thinking' ? { ...block, thinking: 'A lie.' } : block));
    const turn = await goOn(model, edited);
    expect(JSON.stringify(turn)).not.toContain('A lie.');
    expect(turn.tool_calls).toHaveLength(1);
  });

  const deepseek = th.model('openai', {
    dialect: {
      reasoning_in: 'reasoning_content',
      reasoning_echo: 'tool_turns',
      think_switch: 'thinking',
      effort_levels: ['low', 'high', 'max'],
    },
  });
  test('C074 deepseek-echo, D8: a tool turn whose reasoning is unknown has an empty one where the vendor insists', async () => {
    const turn = await goOn(deepseek, [{ type: 'tool_use', id: 'call_9', name: 'f', input: {} }]);
    expect(turn.reasoning_content).toBe('');
    expect(deepseek.sent().thinking).toEqual({ type: 'enabled' });
  });

  const forgetful = th.model('openai', { dialect: { reasoning_in: 'none', reasoning_echo: 'forbid' } });
  test('D8: and none where the vendor wants none back', async () => {
    forgetful.answer(called({ reasoning_content: 'hm' }, 'call_forget'));
    const content = (await create(forgetful, { ...ON, ...TOOLS })).content as Json[];
    expect(content[0].type).toBe('thinking');
    const turn = await goOn(forgetful, content);
    expect(Object.keys(turn).toSorted()).toEqual(['content', 'role', 'tool_calls']);
  });

  test('D9: foreign and redacted thinking is nothing an OpenAI upstream is shown', async () => {
    const foreign = [
      { type: 'thinking', thinking: 'Claude thought this.', signature: 'EqQBCgIYAhIk' },
      { type: 'redacted_thinking', data: 'gAAAAA' },
      { type: 'tool_use', id: 'call_foreign', name: 'f', input: {} },
    ];
    const turn = await goOn(model, foreign);
    expect(JSON.stringify(turn)).not.toMatch(/Claude thought|gAAAAA|EqQB/);
    expect(turn.tool_calls).toHaveLength(1);
  });

  const router = th.model('openai', {
    dialect: {
      reasoning_out: ['reasoning_details', 'reasoning'],
      reasoning_in: 'reasoning_details',
      reasoning_echo: 'always',
    },
  });
  test('D5: the details of a router, and Gemini’s signature of a call, come back as they were', async () => {
    const details = [
      { type: 'reasoning.text', text: 'First.', signature: 'SIG', format: 'anthropic-claude-v1', index: 0 },
      { type: 'reasoning.encrypted', data: 'b64==', id: 'x', index: 1 },
    ];
    router.answer(called({ reasoning: 'First.', reasoning_details: details }, 'call_router'));
    const content = (await create(router, { ...ON, ...TOOLS })).content as Json[];
    expect(content).toMatchObject([{ type: 'thinking', thinking: 'First.' }, { type: 'tool_use' }]);
    expect((await goOn(router, content)).reasoning_details).toEqual(details);

    const google = { extra_content: { google: { thought_signature: 'GEMINI-SIG' } } };
    const delta = toolDelta({ index: 0, id: 'call_gemini', name: 'f', args: '{}', ...google });
    router.answer(chunks([{ reasoning: 'hm' }, delta], { finish: 'tool_calls' }));
    const streamed = await th.anthropic.messages.stream(body(router, { ...ON, ...TOOLS }) as never).finalMessage();
    expect((await goOn(router, streamed.content)).tool_calls[0].extra_content).toEqual(google.extra_content);
  });

  test('D5: and the signature finds a way although no thinking is there to carry it', async () => {
    const google = { extra_content: { google: { thought_signature: 'SIG-ALONE' } } };
    for (const more of [ON, {}]) {
      const id = `call_alone_${more === ON ? 'on' : 'off'}`;
      const call = { ...(toolCall(id, 'f', '{}') as Json), ...google };
      router.answer(completion({ content: null, tool_calls: [call] }, { finish: 'tool_calls' }));
      const { content } = await create(router, { ...TOOLS, ...more });
      const messages = [user('Hi'), { role: 'assistant', content }, user([result(id)])];
      router.answer(completion({ content: 'done' }));
      await create(router, { ...TOOLS, ...more, messages });
      expect(router.sent().messages[1].tool_calls[0].extra_content, id).toEqual(google.extra_content);
    }
  });
});

describe('the thinking an Anthropic client asks for, in the words of the upstream', () => {
  const gpt56 = th.model('openai', {
    dialect: {
      tools_need_effort_none: true,
      think_switch: 'reasoning_effort',
      effort_levels: ['none', 'low', 'medium', 'high'],
    },
  });
  const effort = th.model('openai', {
    dialect: { think_switch: 'reasoning_effort', effort_levels: ['none', 'low', 'medium', 'high'] },
  });
  const deepseek = th.model('openai', { dialect: { think_switch: 'thinking', effort_levels: ['low', 'high', 'max'] } });
  const qwen = th.model('openai', { dialect: { think_switch: 'enable_thinking', think_budget: 'thinking_budget' } });
  const vllm = th.model('openai', { dialect: { think_switch: 'chat_template_kwargs' } });
  const router = th.model('openai', { dialect: { think_switch: 'reasoning', think_budget: 'reasoning' } });
  const plain = th.model('openai', { dialect: { think_switch: 'none', effort_levels: [] } });

  async function ask(model: ConformanceModel, more: object) {
    model.answer(completion({ content: 'ok' }));
    const { response } = await th.anthropic.messages.create(body(model, more) as never).withResponse();
    return { sent: model.sent(), response };
  }

  test('C078 gpt56-tools: where tools and reasoning exclude each other, the tools win, and that is said', async () => {
    const { sent, response } = await ask(gpt56, { ...ADAPTIVE, ...TOOLS });
    expect(sent.reasoning_effort).toBe('none');
    expect(hasWarning(response, 'approx.reasoning_effort')).toBe(true);
    const { sent: without } = await ask(gpt56, { ...ADAPTIVE, output_config: { effort: 'high' } });
    expect(without.reasoning_effort).toBe('high');
  });

  test('C078 effort: a budget becomes an effort, an effort the nearest the model knows', async () => {
    const budget = (budget_tokens: number) => ({ thinking: { type: 'enabled', budget_tokens }, max_tokens: 20_000 });
    expect((await ask(effort, budget(2048))).sent.reasoning_effort).toBe('low');
    expect((await ask(effort, budget(8192))).sent.reasoning_effort).toBe('medium');
    expect((await ask(effort, budget(10_000))).sent.reasoning_effort).toBe('high');
    expect((await ask(effort, { ...ADAPTIVE, output_config: { effort: 'max' } })).sent.reasoning_effort).toBe('high');
    expect((await ask(effort, { thinking: { type: 'disabled' } })).sent.reasoning_effort).toBe('none');
    expect((await ask(effort, ADAPTIVE)).sent).not.toHaveProperty('reasoning_effort');
    expect((await ask(effort, {})).sent).not.toHaveProperty('reasoning_effort');
    expect((await ask(effort, budget(2048))).sent).not.toHaveProperty('thinking');
  });

  test('D7: each vendor’s switch and budget', async () => {
    const off = { thinking: { type: 'disabled' } };
    const on = { thinking: { type: 'enabled', budget_tokens: 2000 }, max_tokens: 4000 };
    expect((await ask(deepseek, off)).sent.thinking).toEqual({ type: 'disabled' });
    expect((await ask(deepseek, { ...ADAPTIVE, output_config: { effort: 'xhigh' } })).sent).toMatchObject({
      thinking: { type: 'enabled' },
      reasoning_effort: 'high',
    });
    expect((await ask(qwen, off)).sent.enable_thinking).toBe(false);
    expect((await ask(qwen, on)).sent).toMatchObject({ enable_thinking: true, thinking_budget: 2000 });
    expect((await ask(vllm, off)).sent.chat_template_kwargs).toEqual({ enable_thinking: false });
    expect((await ask(router, on)).sent.reasoning).toMatchObject({ max_tokens: 2000 });
    const { sent, response } = await ask(plain, off);
    expect(Object.keys(sent).toSorted()).toEqual(['max_tokens', 'messages', 'model']);
    expect(hasWarning(response, 'dropped.thinking')).toBe(true);
  });
});
