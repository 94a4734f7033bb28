/** Anthropic messages and the streams they may come in, as vendors of the shape write them. */
import fc from 'fast-check';

/** The inside of a string literal. */
const piece = fc.oneof(
  fc.constantFrom(
    '',
    ' the',
    '世界🌍',
    '\\"',
    '\\\\',
    '\\",\\"text\\":\\"x',
    '\\ud83c\\udf0d',
    '\\n\\ndata: x\\n\\n',
    '\u2028',
    '}}',
    '"}'.replaceAll('"', '\\"'),
  ),
  fc.string({ maxLength: 12, unit: 'binary' }).map((raw) => JSON.stringify(raw).slice(1, -1)),
);
const pieces = fc.array(piece, { maxLength: 6 });

const input = fc.oneof(
  fc.constantFrom(
    '{}',
    '{"10":1,"2":1.0,"big":12345678901234567890}',
    '{ "a" : [ 1e3 , -0 ] }',
    '{"nested":{"q":"\\"\\\\\\u00e9"}}',
  ),
  fc
    .dictionary(
      fc.string({ maxLength: 5 }).filter((key) => key !== '__proto__'),
      fc.oneof(fc.string(), fc.integer(), fc.boolean()),
      { maxKeys: 4 },
    )
    .map((value) => JSON.stringify(value)),
);

const citation = fc.oneof(
  fc.constant(
    '{"type":"web_search_result_location","cited_text":"c","url":"https://a.test/\\"x","title":null,"encrypted_index":"e"}',
  ),
  fc.constant('{"title":"A \\"title\\"","url":"https://b.test","type":"web_search_result_location"}'),
  fc.constant('{"type":"char_location","cited_text":"c","document_index":0}'),
);

/** A block as JSON text, and the deltas it may be streamed in: kinds and members. */
export interface MadeBlock {
  readonly json: string;
  readonly start: string;
  readonly deltas: readonly { readonly kind: string; readonly json: string }[];
}

const text = (kind: string, name: string) => (part: string) => ({ kind, json: `"${name}":"${part}"` });

const textBlock = fc
  .tuple(pieces, fc.option(fc.array(citation, { maxLength: 3 })))
  .map(([parts, citations]): MadeBlock => ({
    json: `{"type":"text","text":"${parts.join('')}"${citations === null ? '' : `,"citations":[${citations.join(',')}]`}}`,
    start: `{"type":"text","text":""${citations === null ? '' : ',"citations":[]'}}`,
    deltas: [
      ...(citations ?? []).map((json) => ({ kind: 'citations_delta', json: `"citation":${json}` })),
      ...parts.map(text('text_delta', 'text')),
    ],
  }));

const thinkingBlock = fc
  .tuple(pieces, fc.constantFrom('', 'sig==', 'a/b+\\u003d'))
  .map(([parts, signature]): MadeBlock => ({
    json: `{"type":"thinking","thinking":"${parts.join('')}","signature":"${signature}"}`,
    start: '{"type":"thinking","thinking":"","signature":""}',
    deltas: [
      ...parts.map(text('thinking_delta', 'thinking')),
      ...(signature === '' ? [] : [{ kind: 'signature_delta', json: `"signature":"${signature}"` }]),
    ],
  }));

const wholeBlock = fc
  .constantFrom(
    '{"type":"redacted_thinking","data":"EncryptedXYZ"}',
    '{"type":"web_search_tool_result","tool_use_id":"srv","content":[{"url":"https://a.test","n":1.50}]}',
    '{"type":"from_the_future","value":{"10":1,"2":2}}',
    '{"type":"container_upload","file_id":"f"}',
  )
  .map((json): MadeBlock => ({ json, start: json, deltas: [] }));

const toolBlock = fc
  .tuple(
    fc.constantFrom('tool_use', 'tool_use', 'server_tool_use'),
    fc.constantFrom('f', 'get_weather'),
    fc.nat(99),
    input,
    fc.array(fc.nat(40), { maxLength: 4 }),
  )
  .map(([type, name, id, json, cuts]): MadeBlock => {
    const parts: string[] = [];
    let from = 0;
    for (const cut of [...cuts.sort((a, b) => a - b), json.length]) {
      if (cut > json.length || /[\ud800-\udbff]$/.test(json.slice(0, cut))) continue;
      parts.push(json.slice(from, cut));
      from = cut;
    }
    const head = `{"type":"${type}","id":"toolu_${id}","name":"${name}","input":`;
    const deltas = (json === '{}' ? [''] : parts).map((part) => ({
      kind: 'input_json_delta',
      json: `"partial_json":${JSON.stringify(part)}`,
    }));
    return { json: `${head}${json}}`, start: `${head}{}}`, deltas };
  });

export interface MadeMessage {
  readonly json: string;
  /** One of the streams Anthropic and its likes may send it in. */
  readonly stream: string;
}

const manner = fc.record({
  typeFirst: fc.boolean(),
  named: fc.boolean(),
  pings: fc.boolean(),
  padding: fc.constantFrom(0, 7),
  lineEnd: fc.constantFrom('\n', '\n', '\r\n', '\r'),
});

export const madeMessage = fc
  .tuple(
    fc.array(
      fc.oneof(
        { weight: 3, arbitrary: textBlock },
        { weight: 2, arbitrary: thinkingBlock },
        { weight: 2, arbitrary: toolBlock },
        wholeBlock,
      ),
      { maxLength: 6 },
    ),
    fc.constantFrom('end_turn', 'max_tokens', 'tool_use', 'stop_sequence', 'refusal', 'pause_turn', 'unheard_of'),
    fc.record({
      input: fc.nat(5000),
      output: fc.integer({ min: 1, max: 5000 }),
      read: fc.nat(100),
      write: fc.nat(100),
    }),
    manner,
  )
  .map(([blocks, reason, { input: inputTokens, output, read, write }, how]): MadeMessage => {
    const usage = (out: number) =>
      `{"input_tokens":${inputTokens},"cache_read_input_tokens":${read},"cache_creation_input_tokens":${write},"output_tokens":${out}}`;
    const message = (content: string, stopReason: string, out: number) =>
      `{"id":"msg_01","type":"message","role":"assistant","model":"up","content":[${content}],"stop_reason":${stopReason},"stop_sequence":null,"usage":${usage(out)}}`;
    let count = 0;
    const event = (type: string, members = '') => {
      const spaces = ' '.repeat((count++ * 5) % (how.padding + 1));
      const own =
        members === ''
          ? [`"type":"${type}"`]
          : how.typeFirst
            ? [`"type":"${type}"`, members]
            : [members, `"type":"${type}"`];
      return `${how.named ? `event: ${type}\n` : ''}data: {${own.join(',')}${spaces}}\n\n`.replaceAll(
        '\n',
        how.lineEnd,
      );
    };
    const frames = [event('message_start', `"message":${message('', 'null', 1)}`)];
    for (const [index, block] of blocks.entries()) {
      frames.push(event('content_block_start', `"index":${index},"content_block":${block.start}`));
      if (how.pings) frames.push(event('ping'));
      for (const { kind, json } of block.deltas) {
        const delta = how.typeFirst ? `{"type":"${kind}",${json}}` : `{${json},"type":"${kind}"}`;
        frames.push(event('content_block_delta', `"index":${index},"delta":${delta}`));
      }
      frames.push(event('content_block_stop', `"index":${index}`));
    }
    frames.push(
      event('message_delta', `"delta":{"stop_reason":"${reason}","stop_sequence":null},"usage":${usage(output)}`),
      event('message_stop'),
    );
    return { json: message(blocks.map(({ json }) => json).join(','), `"${reason}"`, output), stream: frames.join('') };
  });
