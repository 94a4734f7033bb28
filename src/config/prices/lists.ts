import { ANTHROPIC_PRICES } from './anthropic.ts';
import { CEREBRAS_PRICES } from './cerebras.ts';
import { DASHSCOPE_PRICES } from './dashscope.ts';
import { DEEPSEEK_PRICES } from './deepseek.ts';
import { FIREWORKS_PRICES } from './fireworks.ts';
import { GEMINI_PRICES } from './gemini.ts';
import { GROQ_PRICES } from './groq.ts';
import { MINIMAX_PRICES } from './minimax.ts';
import { MISTRAL_PRICES } from './mistral.ts';
import { MOONSHOT_PRICES } from './moonshot.ts';
import { OPENAI_PRICES } from './openai.ts';
import type { PriceList } from './price-list.ts';
import { TOGETHER_PRICES } from './together.ts';
import { XAI_PRICES } from './xai.ts';
import { ZAI_PRICES } from './zai.ts';

/** In the order of the presets. */
export const PRICE_LISTS: readonly PriceList[] = [
  OPENAI_PRICES,
  ANTHROPIC_PRICES,
  GEMINI_PRICES,
  DEEPSEEK_PRICES,
  DASHSCOPE_PRICES,
  MOONSHOT_PRICES,
  ZAI_PRICES,
  MINIMAX_PRICES,
  MISTRAL_PRICES,
  XAI_PRICES,
  GROQ_PRICES,
  TOGETHER_PRICES,
  FIREWORKS_PRICES,
  CEREBRAS_PRICES,
];
