import { Type } from '@sinclair/typebox';
import { OF_BILLS, OF_BODIES, OF_PROVIDERS } from './failures.ts';
import type { Content, Operation, Parameter } from './operation.ts';
import { ref } from './schema-kinds.ts';

const json = (schema: string): Content => ({ 'application/json': ref(schema) });
const textOf = (type: string): Content => ({ [type]: Type.String() });

const BOTH_SHAPES =
  "A header `anthropic-version`, or `x-api-key` without `Authorization`, asks for errors of Anthropic's shape.";

const MODEL_ID: Parameter = {
  name: 'id',
  meaning: 'The id of a model; its slashes may stand as they are, or as %2F.',
  schema: Type.String(),
};
const PAGES: readonly Parameter[] = [
  { name: 'limit', meaning: 'The most models of a page; left out: all.', schema: Type.Integer({ minimum: 1 }) },
  { name: 'after_id', meaning: 'Begin behind this model.', schema: Type.String() },
  { name: 'before_id', meaning: 'End before this model.', schema: Type.String() },
];

/** The routes of the data listener, in words. */
export const OPERATIONS = {
  chatCompletions: {
    id: 'createChatCompletion',
    tag: 'Models',
    summary: "Ask a model, in OpenAI's shape",
    details:
      'Any model may be asked, whichever shape its provider speaks. Members that are not listed go to a provider of this ' +
      'shape as they are.',
    takesSwitches: true,
    body: ref('ChatCompletionRequest'),
    answer: {
      meaning: 'The answer, whole or as a stream.',
      content: { 'application/json': ref('ChatCompletion'), 'text/event-stream': ref('ChatCompletionChunk') },
    },
    asksModel: true,
    fails: [...OF_BODIES, ...OF_PROVIDERS, ...OF_BILLS],
  },
  messages: {
    id: 'createMessage',
    tag: 'Models',
    summary: "Ask a model, in Anthropic's shape",
    details:
      'Any model may be asked, whichever shape its provider speaks. Members that are not listed go to a provider of this ' +
      'shape as they are.',
    takesSwitches: true,
    body: ref('MessageRequest'),
    answer: {
      meaning: 'The answer, whole or as a stream.',
      content: { 'application/json': ref('MessageAnswer'), 'text/event-stream': ref('MessageEvent') },
    },
    asksModel: true,
    fails: [...OF_BODIES, ...OF_PROVIDERS, ...OF_BILLS],
  },
  countTokens: {
    id: 'countTokens',
    tag: 'Models',
    summary: "Count a prompt's tokens, free of charge",
    details: "The provider's own count, else an estimate that says so: `X-TH-Usage: estimated`.",
    body: ref('CountTokensRequest'),
    answer: { meaning: 'The count.', content: json('TokenCount') },
    asksModel: true,
    fails: [...OF_BODIES, ...OF_PROVIDERS],
  },
  route: {
    id: 'explainRoute',
    tag: 'Models',
    summary: 'Where a request would go, and why; nothing is sent',
    details: `Takes a body of either endpoint. ${BOTH_SHAPES}`,
    takesSwitches: true,
    body: Type.Union([ref('ChatCompletionRequest'), ref('MessageRequest')]),
    answer: { meaning: 'What would be done.', content: json('RouteExplanation') },
    fails: OF_BODIES,
  },
  models: {
    id: 'listModels',
    tag: 'Models',
    summary: 'The models that the key may use, for both families of SDKs',
    details: `Models behind a glob such as openai/* work, but are not listed. ${BOTH_SHAPES}`,
    query: PAGES,
    answer: { meaning: 'A page of models.', content: json('ModelPage') },
    fails: [],
  },
  model: {
    id: 'getModel',
    tag: 'Models',
    summary: 'One model: its context, what it takes and its price',
    details: BOTH_SHAPES,
    rest: MODEL_ID,
    answer: { meaning: 'The model.', content: json('Model') },
    fails: ['model_not_found'],
  },
  steering: {
    id: 'listDirectives',
    tag: 'Steering',
    summary: 'The texts that `th-orchestra` may add to a system prompt',
    details: BOTH_SHAPES,
    answer: { meaning: 'All of them.', content: json('DirectivePage') },
    fails: [],
  },
  directive: {
    id: 'getDirective',
    tag: 'Steering',
    summary: 'One of these texts',
    details: BOTH_SHAPES,
    rest: { name: 'name', meaning: 'Its name, with or without what stands before the colon.', schema: Type.String() },
    answer: { meaning: 'The text, and what to know it by.', content: json('Directive') },
    fails: ['not_found'],
  },
  usage: {
    id: 'getUsage',
    tag: 'Account',
    summary: 'What the key has used, its limits and what is left of its budget',
    details: BOTH_SHAPES,
    answer: { meaning: 'Usage in all and by model.', content: json('Usage') },
    fails: [],
  },
  root: {
    id: 'getService',
    tag: 'Health',
    summary: 'That this is Token Harbor',
    answer: { meaning: 'Its name and its endpoints.', content: json('Service') },
    fails: [],
  },
  livez: {
    id: 'isLive',
    tag: 'Health',
    summary: 'Whether the process answers',
    answer: { meaning: 'It does.', content: json('Health') },
    fails: [],
  },
  readyz: {
    id: 'isReady',
    tag: 'Health',
    summary: 'Whether new requests are welcome',
    answer: { meaning: 'They are.', content: json('Health') },
    also: { 503: { meaning: 'The gateway is stopping, or its store cannot be read.', content: json('Health') } },
    fails: [],
  },
  docs: {
    id: 'getDocs',
    tag: 'Documentation',
    summary: 'The page about this gateway: examples, models, headers and errors',
    details: 'It is there unless `docs.enabled` turns it off.',
    answer: { meaning: 'The page.', content: textOf('text/html') },
    fails: ['unknown_url'],
  },
  docsModels: {
    id: 'getDocsModels',
    tag: 'Documentation',
    summary: 'The table of models on that page, for the key that asks',
    details: 'Programs read `GET /v1/models`.',
    answer: { meaning: 'A part of a page.', content: textOf('text/html') },
    fails: ['unknown_url'],
  },
  docsFile: {
    id: 'getDocsFile',
    tag: 'Documentation',
    summary: "The page's style sheet, script and icon",
    rest: { name: 'file', meaning: 'The name of the file.', schema: Type.String() },
    answer: {
      meaning: 'The file.',
      content: { ...textOf('text/css'), ...textOf('text/javascript'), ...textOf('image/svg+xml') },
    },
    fails: ['unknown_url'],
  },
  openapi: {
    id: 'getOpenApi',
    tag: 'Documentation',
    summary: 'This API as OpenAPI 3.1',
    details: 'It is there unless `docs.enabled` turns it off.',
    answer: { meaning: 'The document.', content: { 'application/json': Type.Object({}) } },
    fails: ['unknown_url'],
  },
} as const satisfies Readonly<Record<string, Operation>>;
