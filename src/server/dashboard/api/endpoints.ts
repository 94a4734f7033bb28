import type { Shape } from './route.ts';

/** Where a request of each shape goes. */
export const ENDPOINTS: Readonly<Record<Shape, string>> = {
  openai: '/v1/chat/completions',
  anthropic: '/v1/messages',
};
