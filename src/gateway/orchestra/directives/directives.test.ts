import { describe, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { estimatePrompt } from '../../../protocol/anthropic/estimate-tokens.ts';
import { readRequest } from '../../../protocol/request.ts';
import { ROLES } from '../role.ts';
import { DIRECTIVES, directiveOfRole } from './directives.ts';

const MAX_TOKENS = 120;
const MAX_BYTES = 480;

const all = [...DIRECTIVES.values()];
const fileOf = (name: string, version: number) => `${name.replace(/^\w+:/, '')}.v${version}.txt`;

test('there is one for the workflow and for every role but chat, and no file besides', () => {
  const roles = ROLES.filter((role) => role !== 'chat').map((role) => `role:${role}`);
  expect([...DIRECTIVES.keys()].sort()).toEqual([...roles, 'workflow:plan-todo-execute'].sort() as never);
  const files = readdirSync(import.meta.dir).filter((file) => file.endsWith('.txt'));
  expect(files.sort()).toEqual(all.map(({ name, version }) => fileOf(name, version)).sort());
  for (const role of ROLES) {
    expect(directiveOfRole(role)?.name).toBe(role === 'chat' ? undefined : (`role:${role}` as never));
  }
});

describe.each(all.map((directive) => [directive.name, directive] as const))('%s', (name, directive) => {
  const { version, text, digest, tokens } = directive;

  test('is its file to the last byte, and the digest is the file’s', () => {
    const bytes = readFileSync(join(import.meta.dir, fileOf(name, version)));
    expect(Buffer.from(text).equals(bytes)).toBe(true);
    expect(digest).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  test('is short, however it is counted', () => {
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_BYTES);
    expect(tokens).toBeLessThan(MAX_TOKENS);
    // Every word and every sign as a token of its own, and one more for each word longer than most.
    const pieces = text.match(/\w+|[^\w\s]/g) ?? [];
    expect(pieces.length + pieces.filter((piece) => piece.length > 9).length).toBeLessThan(MAX_TOKENS);
  });

  test('costs what the gateway’s own estimate of a request grows by', () => {
    const estimate = (system: string) => {
      const body = JSON.stringify({ model: 'm', messages: [], system });
      return estimatePrompt(readRequest(new TextEncoder().encode(body))).text;
    };
    expect(tokens).toBe(Math.ceil(estimate(text) - estimate('') - 1e-9));
  });

  test('is one line of plain ASCII without space around it', () => {
    expect(text).toMatch(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/);
  });

  test('gives way to the client, makes no persona, and says nothing of gateways or vendors', () => {
    expect(text).toEndWith("Other system instructions and the user's wishes take precedence.");
    expect(text).not.toMatch(/\byou are an?\b|\bact as\b|\bas an? (?:expert|assistant)\b|\bmy name\b/i);
    expect(text).not.toMatch(/gateway|token ?harbor|orchestra|proxy|router|claude|gpt|anthropic|openai|gemini|qwen/i);
  });
});

test('no two say the same', () => {
  expect(new Set(all.map(({ digest }) => digest)).size).toBe(all.length);
});
