import { expect, test } from 'bun:test';
import { clientsAddress } from './clients-address.ts';
import { curlOf } from './curl.ts';
import { bodyOf } from './draft.ts';

const draft = { model: 'm', stream: true, system: '', prompt: "it's", maxTokens: '', shape: 'openai' } as const;
const address = 'http://127.0.0.1:8787';

test('OpenAI’s shape, as a stream', () => {
  const body = bodyOf(draft);
  expect(JSON.parse(body)).toEqual({ model: 'm', stream: true, messages: [{ role: 'user', content: "it's" }] });
  const line = curlOf({ address, shape: 'openai', body });
  expect(line).toStartWith(
    'curl -N http://127.0.0.1:8787/v1/chat/completions \\\n  -H "Authorization: Bearer $TOKENHARBOR_KEY"',
  );
  expect(line).toContain(`it'\\''s`);
});

test('Anthropic’s shape, whole', () => {
  const body = bodyOf({ ...draft, shape: 'anthropic', stream: false, system: 'Be brief.', maxTokens: '64' });
  expect(JSON.parse(body)).toEqual({
    model: 'm',
    max_tokens: 64,
    system: 'Be brief.',
    messages: [{ role: 'user', content: "it's" }],
  });
  const line = curlOf({ address, shape: 'anthropic', body });
  expect(line).toStartWith('curl http://127.0.0.1:8787/v1/messages \\\n  -H "x-api-key: $TOKENHARBOR_KEY"');
});

test('where a shell calls', () => {
  expect(clientsAddress('http://127.0.0.1:9000', 'gw')).toBe('http://127.0.0.1:9000');
  expect(clientsAddress('http://0.0.0.0:8787', 'gw.example')).toBe('http://gw.example:8787');
  expect(clientsAddress('http://[::]:8787', '[::1]')).toBe('http://[::1]:8787');
  expect(clientsAddress('unix:/run/th.sock', 'gw')).toBe('--unix-socket /run/th.sock http://localhost');
});
