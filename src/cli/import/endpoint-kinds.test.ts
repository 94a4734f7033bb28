import { expect, test } from 'bun:test';
import { isOtherEndpoint } from './endpoint-kinds.ts';

test('models of other endpoints are known by their names', () => {
  const others =
    'text-embedding-3-small mistral-embed whisper-1 tts-1-hd gpt-4o-mini-tts dall-e-3 gpt-image-1 bge-rerank-v2';
  for (const name of others.split(' ')) expect(isOtherEndpoint(name), name).toBe(true);
  const chat =
    'gpt-5-mini claude-opus-4-5 llama-3.3-70b-versatile gemini-2.5-flash-image-chat embedded-coder Qwen/Qwen3-Coder *';
  for (const name of chat.split(' ')) expect(isOtherEndpoint(name), name).toBe(false);
});
