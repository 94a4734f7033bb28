import { type LeftOut } from './findings.ts';
import { noticed } from './leave-out-rest.ts';

export type Gateway = 'litellm' | 'bifrost';

/** A vendor as other gateways name it, and what our file writes for it: data, never code. */
export interface Vendor {
  /** By gateway; the first is what our provider is called where there is no preset. */
  readonly names: Readonly<Partial<Record<Gateway, readonly string[]>>>;
  readonly preset?: string;
  /** Without a preset: where it is, and the shape it speaks. */
  readonly baseUrl?: string;
  readonly shape?: 'openai' | 'anthropic';
  /** The variable a key is looked for in where the other gateway's file has none. */
  readonly keyEnv?: string;
  /** What is added to an address that is given there; left out: nothing (litellm), `/v1` (bifrost). */
  readonly path?: Readonly<Partial<Record<Gateway, string>>>;
  /** At another address than the vendor's it is any server of this shape, without the vendor's ways. */
  readonly elsewhere?: true;
  /** Parts of a model's name that choose an endpoint there. */
  readonly routes?: readonly string[];
  /** It cannot be carried at all. */
  readonly refused?: LeftOut;
}

const V1 = { litellm: '/v1', bifrost: '/v1' } as const;

export const VENDORS: readonly Vendor[] = [
  {
    names: { litellm: ['openai', 'custom_openai', 'aiohttp_openai'], bifrost: ['openai'] },
    preset: 'openai',
    keyEnv: 'OPENAI_API_KEY',
    elsewhere: true,
    routes: ['responses/', 'chat/completions/'],
  },
  {
    names: { litellm: ['anthropic'], bifrost: ['anthropic'] },
    preset: 'anthropic',
    shape: 'anthropic',
    keyEnv: 'ANTHROPIC_API_KEY',
    elsewhere: true,
  },
  {
    names: { litellm: ['azure'], bifrost: ['azure'] },
    preset: 'azure',
    keyEnv: 'AZURE_API_KEY',
    path: { litellm: '/openai/v1', bifrost: '/openai/v1' },
    routes: ['o_series/', 'gpt5_series/', 'responses/'],
  },
  { names: { litellm: ['openrouter'], bifrost: ['openrouter'] }, preset: 'openrouter', keyEnv: 'OPENROUTER_API_KEY' },
  {
    names: { litellm: ['gemini'], bifrost: ['gemini'] },
    preset: 'gemini',
    keyEnv: 'GEMINI_API_KEY',
    path: { litellm: '/openai', bifrost: '/openai' },
  },
  { names: { litellm: ['deepseek'], bifrost: ['deepseek'] }, preset: 'deepseek', keyEnv: 'DEEPSEEK_API_KEY' },
  { names: { litellm: ['dashscope'] }, preset: 'dashscope', keyEnv: 'DASHSCOPE_API_KEY' },
  { names: { litellm: ['moonshot'] }, preset: 'moonshot', keyEnv: 'MOONSHOT_API_KEY' },
  { names: { litellm: ['zai'] }, preset: 'zai', keyEnv: 'ZAI_API_KEY' },
  { names: { litellm: ['minimax'] }, preset: 'minimax', keyEnv: 'MINIMAX_API_KEY' },
  { names: { litellm: ['mistral'], bifrost: ['mistral'] }, preset: 'mistral', keyEnv: 'MISTRAL_API_KEY' },
  { names: { litellm: ['xai'], bifrost: ['xai'] }, preset: 'xai', keyEnv: 'XAI_API_KEY' },
  { names: { litellm: ['groq'], bifrost: ['groq'] }, preset: 'groq', keyEnv: 'GROQ_API_KEY' },
  { names: { litellm: ['together_ai'] }, preset: 'together', keyEnv: 'TOGETHER_API_KEY' },
  { names: { litellm: ['fireworks_ai'], bifrost: ['fireworks'] }, preset: 'fireworks', keyEnv: 'FIREWORKS_API_KEY' },
  { names: { litellm: ['cerebras'], bifrost: ['cerebras'] }, preset: 'cerebras', keyEnv: 'CEREBRAS_API_KEY' },
  { names: { litellm: ['ollama', 'ollama_chat'], bifrost: ['ollama'] }, preset: 'ollama', path: V1 },
  { names: { litellm: ['hosted_vllm', 'vllm'], bifrost: ['vllm'] }, preset: 'vllm' },
  { names: { bifrost: ['sgl'] }, preset: 'sglang' },
  { names: { litellm: ['llamafile'] }, preset: 'llamacpp' },
  hosted('perplexity', 'https://api.perplexity.ai', 'PERPLEXITYAI_API_KEY', ''),
  hosted('nebius', 'https://api.studio.nebius.ai/v1', 'NEBIUS_API_KEY'),
  hosted('parasail', 'https://api.parasail.io/v1', 'PARASAIL_API_KEY'),
  hosted('deepinfra', 'https://api.deepinfra.com/v1/openai', 'DEEPINFRA_API_KEY'),
  hosted('nvidia_nim', 'https://integrate.api.nvidia.com/v1', 'NVIDIA_NIM_API_KEY'),
  hosted('sambanova', 'https://api.sambanova.ai/v1', 'SAMBANOVA_API_KEY'),
  hosted('novita', 'https://api.novita.ai/v3/openai', 'NOVITA_API_KEY'),
  hosted('codestral', 'https://codestral.mistral.ai/v1', 'CODESTRAL_API_KEY'),
  hosted('baseten', 'https://inference.baseten.co/v1', 'BASETEN_API_KEY'),
  hosted('friendliai', 'https://api.friendli.ai/serverless/v1', 'FRIENDLI_TOKEN'),
  hosted('chutes', 'https://llm.chutes.ai/v1', 'CHUTES_API_KEY'),
  hosted('huggingface', 'https://router.huggingface.co/v1', 'HF_TOKEN'),
  refused(
    ['bedrock', 'bedrock_mantle', 'sagemaker', 'sagemaker_chat', 'amazon_nova'],
    'its requests are signed for AWS',
  ),
  refused(['vertex_ai', 'vertex_ai_beta', 'vertex'], 'it is called with short-lived tokens of Google Cloud'),
  refused(['watsonx', 'watsonx_text', 'oci', 'snowflake', 'sap', 'gigachat'], 'it is called with short-lived tokens'),
  refused(['github_copilot', 'chatgpt'], 'it is called with the login of a person'),
  refused(
    ['cohere', 'cohere_chat', 'replicate', 'predibase', 'nlp_cloud', 'petals', 'triton'],
    'it speaks a shape of its own',
  ),
  refused(
    [
      'voyage',
      'jina_ai',
      'infinity',
      'elevenlabs',
      'deepgram',
      'assemblyai',
      'runway',
      'runwayml',
      'runware',
      'recraft',
      'fal_ai',
      'stability',
      'sarvam',
    ],
    'it serves no chat models',
  ),
];

export function findVendor(gateway: Gateway, name: string): Vendor | undefined {
  return VENDORS.find(({ names }) => names[gateway]?.includes(name) === true);
}

function hosted(name: string, baseUrl: string, keyEnv: string, bifrostPath = '/v1'): Vendor {
  return { names: { litellm: [name], bifrost: [name] }, baseUrl, keyEnv, path: { bifrost: bifrostPath } };
}

function refused(names: readonly string[], why: string): Vendor {
  const instead =
    'Serve the model from another vendor, or from anything that speaks the OpenAI or the Anthropic shape, as a provider with shape and base_url.';
  return {
    names: { litellm: names, bifrost: names },
    refused: noticed(`${why}, and there is no preset for that`, instead),
  };
}
