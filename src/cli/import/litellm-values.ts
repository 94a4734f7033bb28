import type { ReferenceStyle } from './references.ts';

export const LITELLM: ReferenceStyle = { prefix: 'os.environ/' };
