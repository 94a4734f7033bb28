import { Type } from '@sinclair/typebox';
import { Section } from './schema-kinds.ts';

const pool = (serves: string) =>
  Type.Optional(
    Type.Array(Type.String({ description: 'A model id.' }), {
      description: `Model ids for ${serves}. Where prices are not known, the stronger one first.`,
      examples: [['tokenharbor/qwen3-max', 'tokenharbor/qwen3-coder']],
    }),
  );

export const Orchestra = Section(
  {
    pools: Type.Optional(
      Section(
        {
          planner: pool('planning and design'),
          coder: pool('writing and mending code'),
          summarizer: pool('summaries and look-ups'),
          reviewer: pool('reviews'),
          chat: pool('everything else'),
          vision: pool('requests with images or documents'),
        },
        {
          description:
            'Which models serve which role. A role without a pool is served from a related one, in the end from `chat`. ' +
            'Left out: every model with an exact id is in `chat`, the demo only where there is no other.',
        },
      ),
    ),
    quality: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description:
          'What counts within a pool: 0 always takes the cheapest model, 1 always the best one; between them a dearer ' +
          'model is taken for the prompts that gain enough by it.',
        default: 0.5,
        examples: [0.7],
      }),
    ),
  },
  { description: 'The routed model `th-orchestra`, which chooses a model for each request.' },
);
