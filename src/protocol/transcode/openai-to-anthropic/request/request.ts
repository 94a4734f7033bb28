import type { JsonNode } from '../../../json/node.ts';
import { escapeInner, encodeJson, type JsonText, joinTexts, listOf, objectOf, quote } from '../../../json/json-text.ts';
import type { CrossingRequest, PreparedRequest } from '../../transcoder.ts';
import type { AnswerPlan } from '../answer-plan.ts';
import { type Block, writeBlock, writeContent } from './blocks.ts';
import { limitCacheMarks, type Markable, writeCacheMark } from './cache-marks.ts';
import { type Context, createContext } from './context.ts';
import { type Conversation, readConversation, type Turn } from './conversation.ts';
import { writeMetadata } from './end-user.ts';
import { applyFields } from './fields.ts';
import { readMaxTokens, writeStopSequences } from './limits.ts';
import { locateOrigin } from './locate.ts';
import type { OfferedTool } from './offered-tool.ts';
import { decideReasoning, type Reasoning } from './reasoning.ts';
import { showsReasoning } from './reasoning-wish.ts';
import { writeFormat } from './response-format.ts';
import { writeSampling } from './sampling.ts';
import { writeServiceTier } from './service-tier.ts';
import { chooseTools, writeToolChoice } from './tool-choice.ts';
import { type OfferedTools, readTools } from './tools.ts';

type Members = readonly (readonly [name: string, value: JsonText | undefined])[];

/** Room for what the upstream's shape needs more than the client's. */
const MORE_BYTES = 1024;

/**
 * The request of an OpenAI client as an Anthropic upstream takes it. The client's texts, schemas and numbers are copied
 * as they were written; only what holds them differs. Throws the 400 that says what cannot be had on this model, and
 * where it stands in the client's own body.
 */
export function prepareAnthropicRequest(crossing: CrossingRequest): PreparedRequest<AnswerPlan> {
  const context = createContext(crossing);
  const { members, warnings } = context;
  const extra = applyFields(context);
  const offered = readTools(context);
  const chosen = chooseTools(offered, context);
  const conversation = readConversation(context);
  const maxTokens = readMaxTokens(context);
  const reasoning = decideReasoning(maxTokens, conversation, chosen, context);
  const asksForStream = crossing.facts.stream || context.capabilities.streamOnly;
  const mark = limitCacheMarks(markables(chosen.tools, conversation), context);
  const own: Members = [
    ['model', JSON.stringify(crossing.upstreamModel)],
    ['max_tokens', String(maxTokens)],
    ['stream', asksForStream ? 'true' : undefined],
    ['metadata', writeMetadata(context)],
    ['service_tier', writeServiceTier(context)],
    ['stop_sequences', writeStopSequences(context)],
    ...writeSampling(context, reasoning.thinks),
    ['thinking', reasoning.thinking],
    ['output_config', writeOutputConfig(reasoning, context)],
    ['cache_control', mark === undefined ? undefined : writeCacheMark(mark)],
    // In the order in which the upstream caches them.
    ['tools', chosen.tools.length === 0 ? undefined : listOf(chosen.tools.map(writeBlock))],
    ['tool_choice', writeToolChoice({ ...chosen, choice: reasoning.choice })],
    ['system', writeSystem(conversation.system, context)],
    ['messages', listOf(conversation.turns.map(writeTurn))],
  ];
  return {
    body: encodeJson(objectOf([...withoutRepeats(extra, own), ...own]), crossing.facts.bytes.length + MORE_BYTES),
    asksForStream,
    plan: planAnswer(crossing, offered, context),
    warnings,
    locate: (param) => locateOrigin(param, { members, tools: chosen.tools, conversation }),
  };
}

/** The client's members that cross as they are; what was decided with all else in mind is not said a second time. */
function withoutRepeats(extra: readonly JsonNode[], own: Members): Members {
  const written = new Set(own.flatMap(([name, value]) => (value === undefined ? [] : name)));
  return extra.flatMap((node) => {
    const name = String(node.key);
    return written.has(name) ? [] : [[escapeInner(name), node] as const];
  });
}

/** In the order in which the upstream reads them. */
function markables(tools: readonly OfferedTool[], { system, turns }: Conversation): Markable[] {
  return [...tools, ...system, ...turns.flatMap(({ blocks }) => blocks)];
}

function writeTurn({ role, blocks }: Turn): JsonText {
  return [`{"role":"${role}","content":`, writeContent(blocks), '}'];
}

function writeSystem(blocks: readonly Block[], { capabilities }: Context): JsonText | undefined {
  if (blocks.length === 0) return undefined;
  if (capabilities.system !== 'one_string') return listOf(blocks.map(writeBlock));
  const texts = blocks.map(({ literal = '""' }) => (typeof literal === 'string' ? literal : literal.raw).slice(1, -1));
  return quote(joinTexts(texts, '\\n\\n'));
}

function writeOutputConfig({ effort }: Reasoning, context: Context): JsonText | undefined {
  const format = writeFormat(context);
  for (const [name, node] of context.members.get('output_config')?.members ?? []) {
    if (name !== 'effort' && name !== 'format' && node.kind !== 'null') context.warnings.add(`dropped.${node.path}`);
  }
  if (effort === undefined && format === undefined) return undefined;
  return objectOf([
    ['effort', effort === undefined ? undefined : `"${effort}"`],
    ['format', format],
  ]);
}

function planAnswer(crossing: CrossingRequest, offered: OfferedTools, context: Context): AnswerPlan {
  const { facts, upstreamModel, requestId, createdS, estimateInput, redact, thinking } = crossing;
  const options = context.members.get('stream_options')?.asObject();
  return {
    publicModel: facts.model,
    upstreamModel,
    requestId,
    createdS,
    includeUsage: facts.stream && options?.get('include_usage')?.asBoolean() === true,
    showReasoning: showsReasoning(context),
    legacyFunctions: offered.isLegacy,
    customTools: offered.custom,
    names: context.names,
    searches: offered.searches,
    estimateInput,
    redact,
    signed: thinking?.signed,
    warnings: context.warnings,
  };
}
