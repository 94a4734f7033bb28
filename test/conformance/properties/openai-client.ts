import type { AnswerPlan } from '../../../src/protocol/transcode/openai-to-anthropic/answer-plan.ts';
import { testPorts } from '../../../src/protocol/transcode/crossing.fixture.ts';
import { ToolNames } from '../../../src/protocol/transcode/tool-names.ts';
import { Warnings } from '../../../src/protocol/transcode/warnings.ts';

/** What an answer has to know of the request of an OpenAI client before an Anthropic upstream. */
export function openAiPlan(more: Partial<AnswerPlan> = {}): AnswerPlan {
  return {
    publicModel: 'public/model',
    upstreamModel: 'upstream-model',
    requestId: 'req_th_0000000000000000000000000000test',
    createdS: 1_790_000_000,
    includeUsage: true,
    showReasoning: true,
    legacyFunctions: false,
    customTools: new Set(),
    names: new ToolNames(128, testPorts()),
    searches: true,
    estimateInput: () => 42,
    redact: (text) => text,
    warnings: new Warnings(),
    ...more,
  };
}
