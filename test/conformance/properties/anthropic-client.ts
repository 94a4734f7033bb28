import type { AnswerPlan } from '../../../src/protocol/transcode/anthropic-to-openai/answer-plan.ts';
import { OPENAI_CAPABILITIES } from '../../../src/protocol/transcode/capabilities.ts';
import { testPorts } from '../../../src/protocol/transcode/crossing.fixture.ts';
import { ToolNames } from '../../../src/protocol/transcode/tool-names.ts';
import { Warnings } from '../../../src/protocol/transcode/warnings.ts';

/** What an answer has to know of the request of an Anthropic client before an OpenAI upstream. */
export function anthropicPlan(more: Partial<AnswerPlan> = {}): AnswerPlan {
  const ports = testPorts();
  return {
    publicModel: 'public/model',
    upstreamModel: 'upstream-model',
    requestId: 'req_th_0000000000000000000000000000test',
    capabilities: OPENAI_CAPABILITIES,
    showThinking: true,
    liveTools: new Set(),
    names: new ToolNames(64, ports),
    estimateInput: () => 42,
    redact: (text) => text,
    ports,
    warnings: new Warnings(),
    ...more,
  };
}
