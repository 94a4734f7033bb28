import type { Shape } from '../../src/protocol/shape.ts';
import type { LabelledTurn } from './labelled.ts';

/** What a letter of {@link LabelledTurn.calls} stands for. */
const CALLS: Readonly<Record<string, { name: string; input: object; result: string; failed?: boolean }>> = {
  E: { name: 'edit', input: { path: 'src/a.ts', old: 'a', new: 'b' }, result: 'Applied.' },
  X: {
    name: 'edit',
    input: { path: 'src/a.ts', old: 'x', new: 'y' },
    result: 'No match for the old text.',
    failed: true,
  },
  B: { name: 'bash', input: { command: 'npm test' }, result: '12 passed' },
  F: { name: 'bash', input: { command: 'npm test' }, result: 'Error: 3 of 12 tests failed', failed: true },
  L: { name: 'list_files', input: { path: '.' }, result: 'README.md\nsrc' },
  R: { name: 'read_file', input: { path: 'src/a.ts' }, result: 'export const limit = 30;' },
  G: { name: 'grep', input: { pattern: 'limit' }, result: 'src/a.ts:1:export const limit = 30;' },
  W: { name: 'web_fetch', input: { url: 'https://example.org/' }, result: 'Example' },
  S: { name: 'web_search', input: { query: 'example' }, result: '1. Example' },
  A: { name: 'get_weather', input: { city: 'Oslo' }, result: '4 degrees, rain' },
};

const TOOLS = {
  agent: ['read_file', 'edit', 'bash', 'grep', 'web_fetch'],
  claude: ['Task', 'Bash', 'Glob', 'Grep', 'Read', 'Edit', 'MultiEdit', 'Write', 'WebFetch', 'TodoWrite'],
  app: ['get_weather', 'send_mail', 'set_lights', 'book_table'],
};

const REMINDER =
  '<system-reminder>\nAs you answer, use the project notes: write tests for every function, review each diff, fix bugs first, plan the architecture before you code.\n</system-reminder>';

/** A text with an image or a document beside it, as either shape sends one. */
const MEDIA: Readonly<Record<Shape, Readonly<Record<'image' | 'pdf', object>>>> = {
  anthropic: {
    image: { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
    pdf: { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' } },
  },
  openai: {
    image: { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
    pdf: { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' } },
  },
};

/** The request of a labelled turn, in either shape. */
export function bodyOf(turn: LabelledTurn, shape: Shape): object {
  const { turns, tools, calls = '', open = false, media } = turn;
  const messages: object[] = [];
  turns.forEach((text, i) => {
    const isLast = i === turns.length - 1;
    if (isLast && calls !== '' && !open) {
      messages.push({ role: 'user', content: 'Please have a look at this repository.' }, ...history(calls, shape));
      messages.push({ role: 'assistant', content: 'Done so far.' });
    }
    const medium = media === 'earlier' ? i === 0 && 'image' : isLast && media;
    messages.push(
      i % 2 === 1 ? { role: 'assistant', content: text } : userTurn(text, turn, medium || undefined, shape),
    );
  });
  if (open) messages.push(...history(calls, shape));
  const system = shape === 'openai' ? [{ role: 'system', content: 'You are helpful.' }] : [];
  return {
    model: 'th-orchestra',
    ...(shape === 'anthropic' ? { system: 'You are helpful.', max_tokens: 1000 } : {}),
    ...(tools === undefined ? {} : { tools: TOOLS[tools].map((name) => toolOf(name, shape)) }),
    messages: [...system, ...messages],
  };
}

function userTurn(text: string, { tools }: LabelledTurn, medium: 'image' | 'pdf' | undefined, shape: Shape): object {
  const reminder = tools === 'claude' ? [{ type: 'text', text: REMINDER }] : [];
  if (medium === undefined && reminder.length === 0) return { role: 'user', content: text };
  const shown = medium === undefined ? [] : [MEDIA[shape][medium]];
  return { role: 'user', content: [...reminder, ...shown, { type: 'text', text }] };
}

function history(calls: string, shape: Shape): object[] {
  return [...calls].flatMap((letter, i): object[] => {
    const { name, input, result, failed = false } = CALLS[letter] as (typeof CALLS)[string];
    const id = `call_${i}`;
    // No two reads are alike; edits and commands that are made again are.
    const given = 'command' in input || failed ? input : { ...input, part: i };
    if (shape === 'openai') {
      const call = { id, type: 'function', function: { name, arguments: JSON.stringify(given) } };
      return [
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: id, content: result },
      ];
    }
    return [
      { role: 'assistant', content: [{ type: 'tool_use', id, name, input: given }] },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: id, content: result, ...(failed ? { is_error: true } : {}) }],
      },
    ];
  });
}

function toolOf(name: string, shape: Shape): object {
  const schema = { type: 'object', properties: {} };
  return shape === 'openai'
    ? { type: 'function', function: { name, parameters: schema } }
    : { name, input_schema: schema };
}
