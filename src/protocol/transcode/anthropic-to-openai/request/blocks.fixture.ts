import type { Capabilities } from '../../capabilities.ts';
import { prepare } from './prepare.fixture.ts';

export const hi = { role: 'user', content: 'hi' };
export const text = (value: string, more = {}) => ({ type: 'text', text: value, ...more });
export const use = (id: string, input: unknown = {}, name = 'f') => ({ type: 'tool_use', id, name, input });
export const result = (id: string, content?: unknown, more = {}) => ({
  type: 'tool_result',
  tool_use_id: id,
  content,
  ...more,
});
export const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } };
export const imagePart = { type: 'image_url', image_url: { url: 'data:image/png;base64,aGk=' } };
export const ephemeral = { cache_control: { type: 'ephemeral' } };
export const sent = (messages: object[], capabilities: Partial<Capabilities> = {}, more = {}) =>
  prepare({ messages, ...more }, capabilities).json.messages;
export const raw = (messages: string, capabilities: Partial<Capabilities> = {}) =>
  prepare(`{"model":"m","max_tokens":1,"messages":${messages}}`, capabilities).text;
