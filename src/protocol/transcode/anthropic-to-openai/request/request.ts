import { JsonNode } from '../../../json/node.ts';
import { ToolNames } from '../../tool-names.ts';
import type { CrossingRequest, PreparedRequest } from '../../transcoder.ts';
import { Warnings } from '../../warnings.ts';
import type { AnswerPlan } from '../answer-plan.ts';
import type { Context } from './context.ts';
import { writeFields } from './fields.ts';
import { writeMaxTokens } from './limits.ts';
import { writeMessages } from './messages.ts';
import { OpenAiBody } from './openai-body.ts';
import { writeOutputFormat } from './output-format.ts';
import { isPrefilled } from './prefill.ts';
import { writeReasoning } from './reasoning.ts';
import { readReasoningWish, showsThinking } from './reasoning-wish.ts';
import { forcesTool, writeToolChoice } from './tool-choice.ts';
import { type OfferedTools, writeTools } from './tools.ts';

/**
 * An Anthropic client's request as an OpenAI upstream takes it. Texts, schemas and inputs are copied from the client's
 * bytes. Throws the 400 that names the client's own path for what cannot be had on this model.
 */
export function prepareOpenAiRequest(crossing: CrossingRequest): PreparedRequest<AnswerPlan> {
  const { facts, capabilities, ports } = crossing;
  const { bytes, scan } = facts;
  const root = new JsonNode(bytes, scan.open, scan.close + 1);
  const body = new OpenAiBody();
  const context: Context = {
    crossing,
    capabilities,
    ports,
    body,
    names: new ToolNames(capabilities.toolNameMax, ports),
    warnings: new Warnings(),
  };
  const { names, warnings } = context;

  body.set('model', JSON.stringify(crossing.upstreamModel), 'model');
  const asksForStream = facts.stream || capabilities.streamOnly;
  if (asksForStream) {
    body.set('stream', 'true', 'stream');
    if (capabilities.usageInStream) body.set('stream_options', '{"include_usage":true}');
  }
  const maxTokens = writeMaxTokens(root, context);
  const offered = writeTools(root, context);
  const wish = readReasoningWish(root);
  const setting = {
    hasTools: offered.functions.size > 0,
    forcesTool: forcesTool(root, offered),
    isPrefilled: isPrefilled(root),
    maxTokens,
  };
  const { off, freesToolChoice } = writeReasoning(wish, setting, context);
  writeToolChoice(root, offered, freesToolChoice, context);
  writeMessages(root, off, context);
  writeOutputFormat(root, context);
  writeFields(root, context);

  return {
    // The client's bytes are nearly all of it; what is added for each message and tool grows with them.
    body: body.encode(Math.ceil(bytes.length * 1.1) + 1024),
    asksForStream,
    plan: {
      publicModel: facts.model,
      upstreamModel: crossing.upstreamModel,
      requestId: crossing.requestId,
      capabilities,
      showThinking: showsThinking(wish),
      liveTools: liveTools(offered, crossing.betas),
      names,
      estimateInput: crossing.estimateInput,
      redact: crossing.redact,
      ports,
      warnings,
    },
    warnings,
    locate: (param) => body.locate(param),
  };
}

const LIVE_TOOLS_BETA = 'fine-grained-tool-streaming-';

/** Tools whose input is passed on before it is whole: what a tool says of itself goes before what the beta says of all. */
function liveTools({ functions }: OfferedTools, betas: readonly string[]): AnswerPlan['liveTools'] {
  const byBeta = betas.some((beta) => beta.startsWith(LIVE_TOOLS_BETA));
  const tools = [...functions];
  if (byBeta && tools.every(([, eager]) => eager !== false)) return 'all';
  return new Set(tools.filter(([, eager]) => eager ?? byBeta).map(([name]) => name));
}
