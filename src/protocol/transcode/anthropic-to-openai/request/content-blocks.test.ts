import { describe, expect, test } from 'bun:test';
import type { Capabilities } from '../../capabilities.ts';
import { ephemeral, image, imagePart, text } from './blocks.fixture.ts';
import { prepare, refused } from './prepare.fixture.ts';

describe('blocks', () => {
  const part = (block: object, capabilities: Partial<Capabilities> = {}) =>
    prepare({ messages: [{ role: 'user', content: [block] }] }, capabilities);
  const refusedBlock = (block: object, capabilities: Partial<Capabilities> = {}) =>
    refused({ messages: [{ role: 'user', content: [block] }] }, capabilities);
  const contentOf = (block: object, capabilities: Partial<Capabilities> = {}) =>
    part(block, capabilities).json.messages[0].content;

  test('C041 image-b64-rev', () => {
    expect(contentOf(image)).toEqual([imagePart]);
    const jpg = { type: 'image', source: { type: 'base64', media_type: 'image/jpg', data: 'eA==' } };
    expect(contentOf(jpg)[0].image_url.url).toBe('data:image/jpeg;base64,eA==');
  });

  test('images by address, by file, or not at all', () => {
    const byUrl = { type: 'image', source: { type: 'url', url: 'https://x/y.png' } };
    expect(contentOf(byUrl)).toEqual([{ type: 'image_url', image_url: { url: 'https://x/y.png' } }]);
    expect(refusedBlock(byUrl, { images: 'b64' })).toBe('unsupported_value messages[0].content[0].source.url');
    expect(refusedBlock(image, { images: 'none' })).toBe('unsupported_value messages[0].content[0]');
    const byFile = { type: 'image', source: { type: 'file', file_id: 'f' } };
    expect(refusedBlock(byFile)).toBe('unsupported_value messages[0].content[0].source.type');
    const bmp = { type: 'image', source: { type: 'base64', media_type: 'image/bmp', data: '' } };
    expect(refusedBlock(bmp)).toBe('invalid_value messages[0].content[0].source.media_type');
  });

  test('C043 pdf: a file under its title', () => {
    const source = { type: 'base64', media_type: 'application/pdf', data: 'aGk=' };
    const file = { filename: 'a.pdf', file_data: 'data:application/pdf;base64,aGk=' };
    expect(contentOf({ type: 'document', source, title: 'a.pdf' })).toEqual([{ type: 'file', file }]);
    expect(contentOf({ type: 'document', source })[0].file.filename).toBe('document.pdf');
    expect(refusedBlock({ type: 'document', source }, { pdf: false })).toBe('unsupported_value messages[0].content[0]');
  });

  test('documents of text, of blocks, by address', () => {
    const source = { type: 'text', media_type: 'text/plain', data: 'words' };
    const labelled = part({ type: 'document', source, title: 'T', context: 'C', citations: { enabled: true } });
    expect(labelled.json.messages[0].content).toBe('words');
    const at = 'messages[0].content[0]';
    expect(labelled.codes).toEqual([
      `dropped.title=${at}.title`,
      `dropped.context=${at}.context`,
      `dropped.citations=${at}.citations`,
    ]);
    expect(part({ type: 'document', source, citations: { enabled: false } }).codes).toEqual([]);
    const content = { type: 'content', content: [text('a'), image] };
    expect(contentOf({ type: 'document', source: content })).toEqual([text('a'), imagePart]);
    expect(contentOf({ type: 'document', source: { type: 'content', content: 'a' } })).toBe('a');
    const byUrl = { type: 'document', source: { type: 'url', url: 'https://x/y.pdf' } };
    expect(refusedBlock(byUrl)).toBe('unsupported_value messages[0].content[0].source.type');
  });

  test('E5: marks on texts and images', () => {
    expect(contentOf(text('a', ephemeral), { cache: 'cache_control' })).toEqual([text('a', ephemeral)]);
    expect(contentOf({ ...image, ...ephemeral }, { cache: 'cache_control' })).toEqual([{ ...imagePart, ...ephemeral }]);
    expect(contentOf(text('a', ephemeral), { cache: 'auto' })).toBe('a');
  });
});
