import type { ThinkingPorts } from './ports.ts';

/** Ports to which all signatures are foreign that begin with `foreign`; what is asked and told is written down. */
export interface TestThinking extends ThinkingPorts {
  readonly asked: (readonly string[])[];
  readonly told: string[];
}

export function testThinking(withheld = false): TestThinking {
  const asked: (readonly string[])[] = [];
  const told: string[] = [];
  return {
    withheld,
    asked,
    told,
    foreign: (signatures) => {
      asked.push(signatures);
      return new Set(signatures.filter((signature) => withheld || signature.startsWith('foreign')));
    },
    signed: (signature) => told.push(signature),
  };
}
