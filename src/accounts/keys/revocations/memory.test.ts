import { MemoryRevocations } from './memory.ts';
import { describeRevocations } from './revocations.contract.ts';

describeRevocations('memory', () => {
  const node = new MemoryRevocations();
  return { nodes: [node], close: () => node.close() };
});
