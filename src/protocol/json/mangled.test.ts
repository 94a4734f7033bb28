import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { describeMangledBody } from './mangled.ts';
import { isFault, scanObject } from './scan.ts';
import { cmd, curl, windowsPowerShell } from './windows-arguments.fixture.ts';

// The bodies are what shells and programs really send. What Windows PowerShell, cmd.exe and the C runtime of
// curl.exe make of an argument is computed by their own rules; the rest was recorded from curl, bash and dash.

function bytesOf(body: string | Uint8Array): Uint8Array {
  return typeof body === 'string' ? new TextEncoder().encode(body) : body;
}

function explain(body: string | Uint8Array): string {
  const bytes = bytesOf(body);
  const fault = scanObject(bytes);
  if (!isFault(fault)) throw new Error('this body is fine');
  const message = describeMangledBody(bytes, fault);
  // A message that had to be cut would have lost its end, which says what to do.
  expect(message.length).toBeLessThan(600);
  return message;
}

const url = 'http://127.0.0.1:8787/v1/chat/completions';
const compact = '{"model":"th-orchestra","messages":[{"role":"user","content":"Hi"}]}';
const spacedText = '{"model":"th-orchestra","messages":[{"role":"user","content":"Hello there"}]}';
const spaced = '{"model": "th-orchestra", "messages": [{"role": "user", "content": "Hello there"}]}';
const utf16 = (text: string, bigEndian = false) => {
  const bytes = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i++) new DataView(bytes.buffer).setUint16(i * 2, text.charCodeAt(i), !bigEndian);
  return bytes;
};
const join = (...parts: (number[] | Uint8Array)[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

describe('the first wrong byte', () => {
  test('a printable character with offset, line, column and what was expected', () => {
    const message = explain('{\n  "a": 1,\n  "ü": 2 x\n}');
    expect(message).toContain('found x at offset 22 (line 3, column 10)');
    expect(message).toContain('expected , or }');
  });
  test('a byte that is no printable character', () => {
    expect(explain(join([0x7b, 0xef, 0xbb, 0xbf, 0x7d]))).toContain('found byte 0xEF at offset 1 (line 1, column 2)');
    expect(explain(join([0x7b, 0x80, 0x7d]))).toContain('found byte 0x80 at offset 1');
    expect(explain('{"a":"x\ny"}')).toContain('found byte 0x0A (newline) at offset 7 (line 1, column 8)');
  });
  test('a character beyond ASCII is shown with its first byte', () => {
    expect(explain('{é:1}')).toContain('found é (byte 0xC3) at offset 1');
  });
  test('the end of the body', () => {
    expect(explain('{"a":1')).toContain('it ends at offset 6 (line 1, column 7)');
  });
  test('a body that only has a mistake gets no story', () => {
    expect(explain('{"a" 1}')).toBe(
      'The request body is not valid JSON: found 1 at offset 5 (line 1, column 6), in <<{"a" 1}>>: expected a colon after the member name.',
    );
  });
});

describe('encodings', () => {
  test('UTF-8 byte order mark: Out-File -Encoding utf8 of Windows PowerShell', () => {
    const message = explain(join([0xef, 0xbb, 0xbf], bytesOf(`${compact}\r\n`)));
    expect(message).toContain('byte 0xEF at offset 0');
    expect(message).toContain('byte order mark');
    expect(message).toContain('utf8NoBOM');
    expect(message).toContain('[IO.File]::WriteAllText');
    expect(message).toContain('--data-binary');
  });
  test('UTF-16 little-endian with mark: > and Out-File of Windows PowerShell', () => {
    const message = explain(join([0xff, 0xfe], utf16(`${compact}\r\n`)));
    expect(message).toContain('UTF-16 (little-endian, with a byte order mark)');
    expect(message).toContain('utf8NoBOM');
  });
  test('UTF-16 after curl -d @file, which drops every NUL', () => {
    expect(explain(join([0xff, 0xfe], bytesOf(compact)))).toContain('UTF-16 (little-endian');
  });
  test('UTF-16 big-endian with mark: Out-File -Encoding BigEndianUnicode', () => {
    expect(explain(join([0xfe, 0xff], utf16(compact, true)))).toContain('UTF-16 (big-endian, with');
  });
  test('UTF-16 without mark, either order: Encoding.Unicode.GetBytes', () => {
    expect(explain(utf16(compact))).toContain('UTF-16 (little-endian, without');
    expect(explain(utf16(compact, true))).toContain('UTF-16 (big-endian, without');
  });
  test('gzip without Content-Encoding', () => {
    expect(
      explain(join([0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0xab, 0x56, 0x72, 0x54])),
    ).toContain('Content-Encoding');
  });
});

describe('quotes and shells', () => {
  test('Windows PowerShell 5.1: curl.exe -d with the quotes stripped', () => {
    const { body, urls } = curl(windowsPowerShell('curl.exe', '-d', compact, url));
    expect({ body, urls }).toEqual({
      body: '{model:th-orchestra,messages:[{role:user,content:Hi}]}',
      urls: [url],
    });
    const message = explain(body);
    expect(message).toContain('found m at offset 1');
    expect(message).toContain('Windows PowerShell strips them');
    expect(message).toContain('curl.exe --%');
    expect(message).toContain('--data-binary "@-"');
    expect(message).toContain('Invoke-RestMethod -Body');
    expect(message).not.toContain('cut the body');
  });
  test('Windows PowerShell 5.1: the remedy with --% arrives whole', () => {
    const line = `curl.exe -d "${compact.replaceAll('"', '\\"')}" ${url}`;
    expect(curl(cmd(line)).body).toBe(compact);
  });
  test('Windows PowerShell 5.1: spaces within a string alone survive', () => {
    const { body } = curl(windowsPowerShell('curl.exe', '-d', spacedText, url));
    expect(body).toBe('{model:th-orchestra,messages:[{role:user,content:Hello there}]}');
    expect(explain(body)).toContain('double quotes were lost');
  });
  test('Windows PowerShell 5.1: pretty JSON loses its quotes and is cut at a space', () => {
    const { body, urls } = curl(windowsPowerShell('curl.exe', '-d', spaced, url));
    expect({ body, urls }).toEqual({
      body: '{model: th-orchestra, messages: [{role: user, content: Hello',
      urls: ['there}]}', url],
    });
    const message = explain(body);
    expect(message).toContain('double quotes were lost');
    expect(message).toContain('cut the body at a space; the rest went to curl as URLs');
  });
  test('bash: inner double quotes within double quotes', () => {
    expect(explain('{model:th-orchestra,messages:[{role:user,content:Hello')).toContain('cut the body at a space');
    expect(explain('{model:x,stream:true}')).toContain('double quotes were lost');
    expect(explain('{stream:true,model:x}')).toContain('double quotes were lost');
  });
  test('a leftover of a body that was split', () => {
    for (const body of ['[{role:user,content:Hi}]}', 'there}]}']) {
      const message = explain(body);
      expect(message).toContain('only a part of the body');
      expect(message).toContain('--data-binary');
    }
  });
  test('cmd.exe: single quotes are no quotes', () => {
    const { body } = curl(cmd(`curl -d '${compact}' ${url}`));
    expect(body).toBe("'{model:th-orchestra,messages:[{role:user,content:Hi}]}'");
    const message = explain(body);
    expect(message).toContain("found ' at offset 0");
    expect(message).toContain('cmd.exe');
    expect(message).toContain('\\"');
  });
  test('cmd.exe: single quotes and spaces', () => {
    const { body, urls } = curl(cmd(`curl -d '${spaced}' ${url}`));
    expect(body).toBe("'{model:");
    expect(urls.length).toBeGreaterThan(1);
    expect(explain(body)).toContain('cmd.exe');
    expect(explain(curl(cmd(`curl -d '{\\"model\\":\\"x\\"}' ${url}`)).body)).toContain('cmd.exe');
  });
  test('cmd.exe: escaped quotes without quotes around are split at the space', () => {
    const { body } = curl(cmd(`curl -d ${spacedText.replaceAll('"', '\\"')} ${url}`));
    expect(body).toBe('{"model":"th-orchestra","messages":[{"role":"user","content":"Hello');
    const message = explain(body);
    expect(message).toContain('the shell split');
    for (const symptom of ['bad range', 'unmatched brace', '[globbing]']) expect(message).toContain(symptom);
  });
  test('bash: an unquoted variable is split at the first space', () => {
    expect(explain('{"model":')).toContain('"$body"');
  });
  test('bash: an apostrophe ends the single-quoted argument', () => {
    expect(explain('{"content":"its')).toContain('apostrophe');
  });
  test('bash: braces without quotes are expanded', () => {
    expect(explain('model:x')).toContain('brace expansion');
  });
  test('bash or PowerShell 7: escaped quotes within single quotes', () => {
    const message = explain('{\\"model\\":\\"x\\",\\"messages\\":[]}');
    expect(message).toContain('found \\ at offset 1');
    expect(message).toContain('Inside single quotes');
    expect(explain('{`"model`":`"x`"}')).toContain('PowerShell');
  });
  test('PowerShell 7: doubled quotes within single quotes', () => {
    expect(explain('{""model"":""x""}')).toContain('doubled');
  });
  test('escaped quotes in one place only', () => {
    expect(explain('{"model":\\"x\\"}')).toContain('arrived with it');
  });
  test('a closing quote of the wrong kind', () => {
    expect(explain(`${compact}'`)).toContain('became part of the body');
  });
});

describe('other formats', () => {
  const cases: [string, string, string[]][] = [
    ['an empty body', '', ['empty', '--data-binary']],
    ['white space alone', ' \r\n', ['empty']],
    ['@body.json of curl --data-raw', '@body.json', ['--data-raw', '"@body.json"', '-InFile']],
    ['an unexpanded variable', '$body', ['unexpanded', '"$body"']],
    ['an unexpanded command', '$(cat body.json)', ['unexpanded']],
    ['an unexpanded variable of cmd.exe', '%BODY%', ['unexpanded', '%BODY%']],
    ['a placeholder of a template', '{{body}}', ['unexpanded']],
    ['an object as Windows PowerShell prints it', '@{model=x; messages=System.Object[]}', ['ConvertTo-Json']],
    ['a hashtable as PowerShell prints it', 'System.Collections.Hashtable', ['ConvertTo-Json']],
    ['a JavaScript object as text', '[object Object]', ['JSON.stringify']],
    ['undefined', 'undefined', ['not set']],
    ['a form', 'model=x&messages=%5B%5D', ['form-encoded', 'json=body']],
    [
      'a hashtable given to Invoke-RestMethod',
      'messages=System.Object%5b%5d&model=x',
      ['form-encoded', 'ConvertTo-Json'],
    ],
    ['percent-encoded', '%7B%22model%22%3A%22x%22%7D', ['--data-urlencode']],
    [
      'multipart',
      '--------------------------3b475f93b233a5bf\r\nContent-Disposition: form-data; name="model"\r\n\r\nx',
      ['multipart', 'curl -F'],
    ],
    ['HTML', '<!DOCTYPE html><html><body>502</body></html>', ['HTML']],
    ['JSON in a JSON string', JSON.stringify(compact), ['encoded twice']],
    ['a body in literal quotes', `"${compact}"`, ['outer double quotes']],
    ['an array', '[{"role":"user","content":"Hi"}]', ['array', '"messages"']],
    ['Python bytes', `b'${compact}'`, ['Python bytes']],
  ];
  for (const [name, body, words] of cases) {
    test(name, () => {
      const message = explain(body);
      for (const word of words) expect(message).toContain(word);
    });
  }
});

describe('near JSON', () => {
  const cases: [string, string | Uint8Array, string[]][] = [
    ['a printed Python dict', "{'model': 'x', 'stream': True}", ["found ' at offset 1", 'json.dumps']],
    ['single quotes further inside', `{"model": 'x'}`, ['json.dumps']],
    ['Python True', '{"stream": True}', ['found T at offset 11', 'Python', 'json.dumps']],
    ['Python False', '{"stream": False}', ['Python']],
    ['Python None', '{"stop": [None]}', ['Python']],
    ['NaN', '{"temperature": NaN}', ['NaN']],
    ['a JavaScript object', '{model: "x", messages: []}', ['JSON.stringify']],
    ['a trailing comma in an object', '{"a": 1, }', ['comma']],
    ['a trailing comma in an array', '{"a": [1,\n]}', ['comma']],
    ['a line comment', '{"a": 1, // one\n"b": 2}', ['comment']],
    ['a block comment', '{/* x */"a": 1}', ['comment']],
    ['a hash comment', '# request\n{"a": 1}', ['comment']],
    ['typographic quotes', '{“model”: “x”}', ['“ (byte 0xE2) at offset 1', 'typographic']],
    ['a typographic quote that closes', '{"model”: "x"}', ['typographic']],
    [
      'typographic quotes in Windows-1252',
      join([0x7b, 0x93], bytesOf('model'), [0x94, 0x7d]),
      ['byte 0x93', 'typographic'],
    ],
    ['a no-break space', '{\u00a0"model": "x"}', ['byte 0xC2 at offset 1', 'no-break space']],
    ['a zero-width space', '{\u200b"model": "x"}', ['zero-width']],
    ['a line break in a string', '{"content": "a\nb"}', ['newline', '\\n', 'jq']],
    ['dash: echo turned \\n into a line break', '{"content":"a\nb"}\n', ['echo', "printf '%s'"]],
    ['a tab in a string', '{"content": "a\tb"}', ['\\t']],
    ['a Windows path', '{"content": "C:\\Users"}', ['doubled backslashes']],
    ['an escaped apostrophe', `{"content": "it\\'s"}`, ['apostrophe']],
    ['a broken \\u', '{"content": "\\u00zz"}', ['hexadecimal']],
    ['a variable within single quotes', '{"content": $text}', ['unexpanded', 'jq']],
    ['a terminating NUL', '{"a":1}\0', ['NUL']],
    ['cut by a wrong Content-Length', '{"content": "Grüße aus Köl', ['Content-Length']],
  ];
  for (const [name, body, words] of cases) {
    test(name, () => {
      const message = explain(body);
      for (const word of words) expect(message).toContain(word);
    });
  }
});

describe('bounds', () => {
  test('any bytes, fault and reason: at most 600 characters, one line', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.uint8Array({ maxLength: 600 }), fc.string({ maxLength: 400 }).map(bytesOf)),
        fc.nat(700),
        fc.string({ maxLength: 400 }),
        (bytes, offset, message) => {
          const told = describeMangledBody(bytes, { offset, message: message.replace(/\s/g, ' ') });
          expect(told.length).toBeLessThanOrEqual(600);
          expect(told).not.toContain('\n');
        },
      ),
      { numRuns: 2000 },
    );
  });
  test('no more than 40 bytes of the body are told', () => {
    const letters = Array.from({ length: 400 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join('');
    const shown = explain(`{"${letters}"${letters}`).match(/[\u4e00-\u9fff]/g) ?? [];
    expect(new TextEncoder().encode([...shown].join('')).length).toBeLessThanOrEqual(40);
    const ascii = 'abcdefghijklmnopqrstuvwxyz0123456789'.repeat(10);
    const message = explain(`{"a":"${ascii}" ${ascii}`);
    let longest = 0;
    for (let from = 0; from < ascii.length; from++) {
      while (message.includes(ascii.slice(from, from + longest + 1)) && from + longest < ascii.length) longest++;
    }
    expect(longest).toBeLessThanOrEqual(20);
  });
  test('a body of many megabytes is explained in time that grows with its length alone', () => {
    const bytes = bytesOf(`{"a":"${'x\\n'.repeat(5_000_000)}" oops}`);
    const fault = { offset: bytes.length - 5, message: 'expected , or } after a member' };
    const start = performance.now();
    describeMangledBody(bytes, fault);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
