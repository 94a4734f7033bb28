import type { Section } from './section.ts';

/** What a model can do, as `model_info` says. */
export interface ModelFacts {
  readonly context?: number;
  readonly max_output?: number;
  readonly tools?: boolean;
  readonly vision?: boolean;
}

export function readFacts(info: Section): ModelFacts {
  const context = whole(info.number('max_input_tokens'));
  const legacy = whole(info.number('max_tokens'));
  const output = whole(info.number('max_output_tokens')) ?? legacy;
  const tools = info.flag('supports_function_calling');
  const vision = info.flag('supports_vision');
  return {
    ...(context === undefined ? {} : { context }),
    ...(output === undefined ? {} : { max_output: output }),
    ...(tools === undefined ? {} : { tools }),
    ...(vision === undefined ? {} : { vision }),
  };
}

function whole(number: number | undefined): number | undefined {
  return number !== undefined && number >= 1 ? Math.floor(number) : undefined;
}
