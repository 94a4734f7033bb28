import { describe, expect, test } from 'bun:test';
import { prepare, prepareMessages, refusalOf, user } from './prepare.fixture.ts';
import type { Capabilities } from '../../capabilities.ts';

const image = (url: unknown) => ({ type: 'image_url', image_url: { url, detail: 'high' } });
const file = (members: Record<string, unknown>) => ({ type: 'file', file: members });
const blockOf = (part: unknown) => prepareMessages([user([part])]).sent.messages[0].content[0];
const refusal = (part: unknown, capabilities: Partial<Capabilities> = {}) =>
  refusalOf({ messages: [user([{ type: 'text', text: 'a' }, part])] }, capabilities);
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('images', () => {
  test.each([
    ['data:image/png;base64,iVBORw0K', 'image/png'],
    ['data:image/jpg;base64,iVBORw0K', 'image/jpeg'],
    ['DATA:IMAGE/JPEG;BASE64,iVBORw0K', 'image/jpeg'],
    ['data:image/webp;charset=utf-8;base64,iVBOR\n w0K', 'image/webp'],
    ['data:image/gif;base64,iVBORw0K', 'image/gif'],
  ])('C040 image-data-url: %s', (url, mediaType) => {
    expect(blockOf(image(url))).toEqual({
      type: 'image',
      source: { type: 'base64', media_type: mediaType, data: 'iVBORw0K' },
    });
  });

  test('URLs are for the upstream to fetch, where it does', () => {
    const source = { type: 'url', url: 'https://a.example/b.png?c=1&d=é' };
    expect(blockOf(image(source.url))).toEqual({ type: 'image', source });
    expect(blockOf({ type: 'image_url', image_url: source.url })).toEqual({ type: 'image', source });
    expect(refusal(image(source.url), { images: 'b64' })).toBe(
      'unsupported_value messages[0].content[1].image_url.url',
    );
  });

  test('what is no image the model takes is refused by its path', () => {
    const at = 'messages[0].content[1].image_url.url';
    expect(refusal(image('data:image/tiff;base64,AAAA'))).toBe(`unsupported_value ${at}`);
    expect(refusal(image('data:image/svg+xml,<svg/>'))).toBe(`invalid_value ${at}`);
    expect(refusal(image('data:image/png;base64,"}'))).toBe(`invalid_value ${at}`);
    expect(refusal(image('data:image/png;base64,'))).toBe(`invalid_value ${at}`);
    expect(refusal(image('file:///etc/passwd'))).toBe(`invalid_value ${at}`);
    expect(refusal(image(null))).toBe(`missing_required_parameter ${at}`);
    expect(refusal(image(7))).toBe(`invalid_value ${at}`);
    expect(refusal(image('https://a/b'), { images: 'none' })).toBe('unsupported_value messages[0].content[1]');
  });

  test('a data URL with escaped slashes, as some languages write JSON, is the same image', () => {
    const body =
      '{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image\\/png;base64,iV\\/O"}}]}]}';
    expect(prepare(body).sent.messages[0].content[0].source).toEqual({
      type: 'base64',
      media_type: 'image/png',
      data: 'iV/O',
    });
  });
});

describe('files', () => {
  test('C043 pdf: a PDF is a document with its name', () => {
    const source = { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0x' };
    const data = 'data:application/pdf;base64,JVBERi0x';
    expect(blockOf(file({ filename: 'a.pdf', file_data: data }))).toEqual({ type: 'document', source, title: 'a.pdf' });
    expect(blockOf(file({ file_data: data }))).toEqual({ type: 'document', source });
    expect(blockOf(file({ filename: '', file_data: 'JVBERi0x' }))).toEqual({ type: 'document', source });
    const url = 'https://a.example/b.pdf';
    expect(blockOf(file({ file_data: url }))).toEqual({ type: 'document', source: { type: 'url', url } });
    const at = 'unsupported_value messages[0].content[1].file.file_data';
    expect(refusal(file({ file_data: data }), { pdf: false })).toBe(at);
    expect(refusal(file({ file_data: url }), { images: 'b64' })).toBe(at);
  });

  test('a text is a document in the clear', () => {
    const text = 'é "quoted"\n漢字';
    for (const data of [`data:text/csv;base64,${base64(text)}`, `data:text/plain,${encodeURIComponent(text)}`]) {
      expect(blockOf(file({ filename: 'a', file_data: data }))).toEqual({
        type: 'document',
        source: { type: 'text', media_type: 'text/plain', data: text },
        title: 'a',
      });
    }
    const latin = 'data:text/plain;charset=iso-8859-1;base64,6Q==';
    expect(blockOf(file({ file_data: latin })).source.data).toBe('é');
    const at = 'invalid_value messages[0].content[1].file.file_data';
    expect(refusal(file({ file_data: 'data:text/plain;base64,/w==' }))).toBe(at);
    expect(refusal(file({ file_data: 'data:text/plain;charset=nonsense;base64,YQ==' }))).toBe(at);
    expect(refusal(file({ file_data: 'data:text/plain,' }))).toBe(at);
  });

  test('an image sent as a file is an image; other files are refused', () => {
    expect(blockOf(file({ file_data: 'data:image/png;base64,iVBO' })).type).toBe('image');
    const at = 'messages[0].content[1].file';
    expect(refusal(file({ file_data: 'data:application/zip;base64,UEsD' }))).toBe(`unsupported_value ${at}.file_data`);
    expect(refusal(file({ file_id: 'file-1' }))).toBe(`unsupported_value ${at}.file_id`);
    expect(refusal(file({ filename: 'a' }))).toBe(`missing_required_parameter ${at}.file_data`);
    expect(refusal(file({ file_data: 'what?' }))).toBe(`invalid_value ${at}.file_data`);
  });
});

describe('other parts', () => {
  test('K6: sounds, videos and unknown parts are refused, not left out', () => {
    for (const type of ['input_audio', 'video_url', 'document_url', 'input_text', 'tool_use']) {
      expect(refusal({ type, [type]: {} })).toBe('unsupported_value messages[0].content[1].type');
    }
    expect(refusal({ text: 'a' })).toBe('missing_required_parameter messages[0].content[1].type');
    expect(refusal({ type: 'text' })).toBe('missing_required_parameter messages[0].content[1].text');
    expect(refusal('a')).toBe('invalid_value messages[0].content[1]');
  });

  test('members of other kinds that are null are no part of it', () => {
    expect(blockOf({ type: 'text', text: 'a', image_url: null, annotations: [] })).toEqual({ type: 'text', text: 'a' });
  });
});
