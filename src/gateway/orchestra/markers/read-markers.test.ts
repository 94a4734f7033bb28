import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { readMarkers } from './read-markers.ts';
import { RULES } from './rules.ts';

const roles = (...texts: string[]) => texts.map((text) => readMarkers(text)?.role);

describe('readMarkers', () => {
  const asked = {
    coder: [
      'Write a function that adds',
      '写一个函数',
      'Escribe una función',
      'Écris une fonction',
      'Schreibe eine Funktion',
      '関数を書いて',
      'Напиши функцию',
      '함수를 작성해줘',
    ],
    debugger: [
      'Fix this bug',
      'TypeError: x is not a function',
      '修复这个错误',
      'Arregla este error',
      'Corrige cette erreur',
      'Behebe diesen Fehler',
      'このエラーを直して',
      'Исправь ошибку',
    ],
    frontend: [
      'Center the button with CSS',
      '用CSS把按钮居中',
      'Centra el botón con CSS',
      'Centre le bouton en CSS',
      'Zentriere den Knopf mit CSS',
      'CSSでボタンを中央寄せにして',
    ],
    reviewer: [
      'Review my PR',
      '审查我的PR',
      'Revisa mi PR',
      'Relis ma PR',
      'Reviewe meinen PR',
      '私のPRをレビューして',
    ],
    summarizer: [
      'TL;DR',
      'Summarise this',
      '总结一下',
      'Hazme un resumen',
      'Fais un résumé',
      'Fasse das zusammen',
      '要約して',
    ],
    planner: [
      'Plan the migration',
      'Design the architecture of our system',
      '制定迁移计划',
      'Planifica la migración',
      'Planifie la migration',
      'Plane die Migration',
      '移行計画を立てて',
    ],
    fetcher: [
      'Fetch https://example.org/',
      'Search the web for trams',
      '上网搜索一下',
      'Busca en internet',
      'Cherche sur internet',
      'Suche im Internet',
      'ネットで検索して',
    ],
  } as const;
  for (const [role, texts] of Object.entries(asked)) {
    test(role, () => {
      expect(texts.filter((text) => readMarkers(text)?.role !== role)).toEqual([]);
    });
  }

  test('questions about such words, and what is written but not programmed', () => {
    const chats = [
      'What is a code of conduct?',
      'Write a poem about a bug',
      'Who was the architect of the Louvre?',
      'hi',
      '',
      '   \n',
    ];
    expect(roles(...chats)).toEqual(chats.map(() => undefined));
  });

  test('a question of an examination asks for an answer', () => {
    const question =
      'Fix the bug in this function: which line is wrong?\nA. the first\nB. the second\nC. the third\nD. none';
    expect(roles(question)).toEqual([undefined]);
  });

  test('a story that tells of such things asks for none of them', () => {
    expect(
      roles('Jo has been writing books, and her publisher wants to build a new house. How many are there?'),
    ).toEqual([undefined]);
  });

  test('what is pasted is not the instruction', () => {
    const article = 'The team wrote a function. Then they fixed the bug and reviewed the diff. '.repeat(60);
    expect(roles(`Summarise this:\n\n${article}`, `${article}\n\nTL;DR please`)).toEqual(['summarizer', 'summarizer']);
    const code = '```js\n// TODO: fix this bug, write a function\nfoo();\n```';
    expect(roles(`Review this:\n${code}`, `What does it print?\n${code}`)).toEqual(['reviewer', undefined]);
  });

  test('a stack trace without a word is a fault', () => {
    const trace = 'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\nValueError: x';
    expect(roles(trace, `\`\`\`\n${trace}\n\`\`\``)).toEqual(['debugger', 'debugger']);
  });

  test('accents, case and forms of a letter make no difference', () => {
    const forms = ['RÉSUME CET ARTICLE', 'resume cet article', 'Re\u0301sume cet article'.normalize('NFD')];
    expect(roles(...forms)).toEqual(['summarizer', 'summarizer', 'summarizer']);
    expect(roles('Ｗｒｉｔｅ　ａ　ｆｕｎｃｔｉｏｎ')).toEqual(['coder']);
  });

  test('says what it saw in words of its own, for any text', () => {
    const known = new Set(RULES.map(({ marker }) => marker));
    const pieces = fc.constantFrom(
      'write a function',
      'fix',
      '`',
      '```',
      '\n',
      '. ',
      '你好',
      'https://a.b/',
      'bug ',
      'ß',
      '\ud800',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((parts) => parts.join('')),
        ),
        (text) => {
          const found = readMarkers(text);
          expect(readMarkers(text)).toEqual(found);
          if (found === undefined) return;
          expect(known.has(found.marker)).toBe(true);
          expect(found.confidence).toBeGreaterThan(0);
          expect(found.confidence).toBeLessThan(1);
        },
      ),
    );
  });
});
