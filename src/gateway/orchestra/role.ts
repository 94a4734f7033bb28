/** What a turn asks a model to be. */
export const ROLES = [
  'planner',
  'coder',
  'debugger',
  'frontend',
  'reviewer',
  'summarizer',
  'fetcher',
  'vision',
  'chat',
] as const;
export type Role = (typeof ROLES)[number];

/** Lists of models, as the operator writes them in `orchestra.pools`. */
export const POOLS = ['planner', 'coder', 'summarizer', 'reviewer', 'chat', 'vision'] as const;
export type PoolName = (typeof POOLS)[number];

/** Where a role looks for its model: the first of these pools that has one. */
export const POOLS_OF_ROLE: Readonly<Record<Role, readonly PoolName[]>> = {
  planner: ['planner', 'reviewer', 'coder', 'chat'],
  coder: ['coder', 'planner', 'chat'],
  debugger: ['coder', 'reviewer', 'planner', 'chat'],
  frontend: ['coder', 'chat', 'planner'],
  reviewer: ['reviewer', 'planner', 'coder', 'chat'],
  summarizer: ['summarizer', 'chat'],
  fetcher: ['summarizer', 'chat'],
  vision: ['vision'],
  chat: ['chat'],
};
