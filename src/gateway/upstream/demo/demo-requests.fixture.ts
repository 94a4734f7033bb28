/** Requests to the demo model, whole bodies and what tests change in them. */
import { expect } from 'bun:test';
import { askDemo } from './ask-demo.fixture.ts';

export type Json = any;

export const hello = { model: 'demo', messages: [{ role: 'user', content: 'Good morning from Lisbon' }] };

export const helloA = { ...hello, max_tokens: 500 };

export const weather = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 1 } },
  required: ['city', 'days'],
};

export const tools = ['get_weather', 'get_time'].map((name) => ({
  type: 'function',
  function: { name, description: 'd', parameters: weather },
}));

export const toolsA = ['get_weather', 'get_time'].map((name) => ({ name, description: 'd', input_schema: weather }));

export async function chat(body: object): Promise<Json> {
  const response = await askDemo('openai', { ...hello, ...body });
  expect(response.status).toBe(200);
  return await response.json();
}

export async function message(body: object): Promise<Json> {
  const response = await askDemo('anthropic', { ...helloA, ...body });
  expect(response.status).toBe(200);
  return await response.json();
}

export const user = (content: unknown) => ({ messages: [{ role: 'user', content }] });
