/** The two wire shapes Token Harbor speaks, to clients and to upstreams alike. */
export type Shape = 'openai' | 'anthropic';
