import { expect, test } from 'bun:test';
import { AnthropicFromOpenAiStream } from './anthropic-to-openai/stream.ts';
import { OPENAI_CAPABILITIES } from './capabilities.ts';
import { testPorts } from './crossing.fixture.ts';
import { OpenAiFromAnthropicStream } from './openai-to-anthropic/stream.ts';
import { output } from './output.ts';
import { ToolNames } from './tool-names.ts';
import { cutShort } from './upstream-error.ts';
import { Warnings } from './warnings.ts';

const encoder = new TextEncoder();
const plan = {
  publicModel: 'public-model',
  upstreamModel: 'private-model',
  requestId: 'req_th_1',
  names: new ToolNames(64, testPorts()),
  estimateInput: () => 12,
  redact: (text: string) => text,
  warnings: new Warnings(),
};
const streams = {
  'to an Anthropic client': () =>
    new AnthropicFromOpenAiStream({
      ...plan,
      capabilities: OPENAI_CAPABILITIES,
      showThinking: false,
      liveTools: new Set<string>(),
      ports: testPorts(),
    }),
  'to an OpenAI client': () =>
    new OpenAiFromAnthropicStream({
      ...plan,
      createdS: 1_700_000_000,
      includeUsage: false,
      showReasoning: true,
      legacyFunctions: false,
      customTools: new Set(),
      searches: false,
    }),
};

for (const [name, open] of Object.entries(streams)) {
  test(`a stream ${name} gives nothing of what another one left when it threw`, () => {
    const given = (use: (stream: ReturnType<typeof open>) => Uint8Array) => {
      output.write(encoder.encode("another client's words"));
      return new TextDecoder().decode(use(open()));
    };
    expect(given((stream) => stream.push(encoder.encode(': comment\n\n')))).not.toContain('another');
    for (const error of [given((stream) => stream.end()), given((stream) => stream.fail(cutShort()))]) {
      expect(error).toContain('The upstream stream ended early');
      expect(error).not.toContain('another');
    }
    output.clear();
  });
}
