import { describe, expect, test } from 'bun:test';
import { decodeText, imageType, isWebUrl, parseDataUrl, toBase64 } from './image-source.ts';

describe('parseDataUrl', () => {
  test.each([
    ['data:image/png;base64,iVBO', { mediaType: 'image/png', charset: undefined, isBase64: true, data: 'iVBO' }],
    ['DATA:Image/PNG;Base64,iVBO', { mediaType: 'image/png', charset: undefined, isBase64: true, data: 'iVBO' }],
    ['data:;base64,YQ==', { mediaType: 'text/plain', charset: undefined, isBase64: true, data: 'YQ==' }],
    ['data:,a%20b', { mediaType: 'text/plain', charset: undefined, isBase64: false, data: 'a%20b' }],
    [
      'data:text/csv;charset=UTF-8;base64,YQ==',
      { mediaType: 'text/csv', charset: 'utf-8', isBase64: true, data: 'YQ==' },
    ],
    ['data:image/png;base64, iV\r\nBO ', { mediaType: 'image/png', charset: undefined, isBase64: true, data: 'iVBO' }],
    ['data:image/png;base64,-_8%3D', { mediaType: 'image/png', charset: undefined, isBase64: true, data: '+/8=' }],
  ])('%j', (url, parsed) => {
    expect(parseDataUrl(url)).toEqual(parsed);
  });

  test('anything else is none', () => {
    for (const url of ['', 'https://a/b', 'data:image/png', 'iVBO', 'data:image/png;base64,', 'data:a;base64,"}']) {
      expect(parseDataUrl(url)).toBeUndefined();
    }
  });

  test('eight megabytes are read in a moment, and taken as they are', () => {
    const data = 'iVBO'.repeat(2_000_000);
    const start = performance.now();
    expect(parseDataUrl(`data:image/png;base64,${data}`)?.data).toBe(data);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});

test('media types by the names they are known by', () => {
  expect(['image/jpg', 'IMAGE/JPEG', ' image/png ', 'image/webp', 'image/gif'].map(imageType)).toEqual([
    'image/jpeg',
    'image/jpeg',
    'image/png',
    'image/webp',
    'image/gif',
  ]);
  expect(imageType('image/tiff')).toBeUndefined();
});

test('texts are decoded in the encoding they name, or not at all', () => {
  expect(decodeText({ mediaType: 'text/plain', charset: undefined, isBase64: true, data: 'w6k=' })).toBe('é');
  expect(decodeText({ mediaType: 'text/plain', charset: 'latin1', isBase64: true, data: '6Q==' })).toBe('é');
  expect(decodeText({ mediaType: 'text/plain', charset: undefined, isBase64: false, data: '%C3%A9' })).toBe('é');
  expect(decodeText({ mediaType: 'text/plain', charset: undefined, isBase64: true, data: '6Q==' })).toBeUndefined();
  expect(decodeText({ mediaType: 'text/plain', charset: 'no-such', isBase64: true, data: 'YQ==' })).toBeUndefined();
  expect(decodeText({ mediaType: 'text/plain', charset: undefined, isBase64: false, data: '%E9' })).toBeUndefined();
});

test('base64 and URLs', () => {
  expect(toBase64('ab+/')).toBe('ab+/');
  expect(toBase64('')).toBeUndefined();
  expect(toBase64('a\\"b')).toBeUndefined();
  expect([isWebUrl('HTTPS://a'), isWebUrl('http://a'), isWebUrl('ftp://a'), isWebUrl('data:,')]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
