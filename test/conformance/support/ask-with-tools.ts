import type Anthropic from '@anthropic-ai/sdk';
import type OpenAI from 'openai';
import { thrownBy } from '../../support/clients.ts';
import { message, text } from './anthropic-answers.ts';
import type { Conformance, ConformanceModel } from './conformance.ts';
import { completion } from './openai-answers.ts';

export const user = (content: unknown) => ({ role: 'user', content });

/** Two tools, as each shape offers them. */
export const SCHEMA = {
  type: 'object',
  properties: { path: { type: 'string' } },
  required: ['path'],
  additionalProperties: false,
};
export const A_TOOLS = ['f', 'g'].map((name) => ({ name, description: `Tool ${name}`, input_schema: SCHEMA }));
export const O_TOOLS = ['f', 'g'].map((name) => ({
  type: 'function',
  function: { name, description: `Tool ${name}`, parameters: SCHEMA },
}));

/** Asks through the SDKs: what the upstream was sent, or the error that the SDK throws. */
export function asking(th: Conformance) {
  async function askO(model: ConformanceModel, body: object) {
    model.answer(message([text('ok')]));
    const request = { model: model.id, messages: [user('Hi')], ...body } as never;
    const { response } = await th.openai.chat.completions.create(request).withResponse();
    return { sent: model.sent(), response };
  }

  async function askA(model: ConformanceModel, body: object) {
    model.answer(completion({ content: 'ok' }));
    const request = { model: model.id, max_tokens: 100, messages: [user('Hi')], ...body } as never;
    const { response } = await th.anthropic.messages.create(request).withResponse();
    return { sent: model.sent(), response };
  }

  const refusalO = (model: ConformanceModel, body: object) =>
    thrownBy<InstanceType<typeof OpenAI.APIError>>(
      th.openai.chat.completions.create({ model: model.id, ...body } as never),
    );
  const refusalA = (model: ConformanceModel, body: object) =>
    thrownBy<InstanceType<typeof Anthropic.APIError>>(
      th.anthropic.messages.create({ model: model.id, max_tokens: 100, ...body } as never),
    );

  return { askO, askA, refusalO, refusalA };
}
