import { expect, test } from 'bun:test';
import { readRequest } from '../../protocol/request.ts';
import { mediaOf } from './media.ts';

const mediaIn = (body: string) => mediaOf(readRequest(new TextEncoder().encode(body)));
const user = (block: string) => `{"model":"m","messages":[{"role":"user","content":[${block}]}]}`;

test('however a block is written', () => {
  const source = '"source" : {"type":"base64","media_type":"application/pdf","data":""}';
  expect(mediaIn(user('{"image_url":{"url":"u"}, "type" :\n "image_url"}'))).toEqual({ images: true, pdf: false });
  expect(mediaIn(user('{"type":"image","source":{}}'))).toEqual({ images: true, pdf: false });
  expect(mediaIn(user(`{${source},"type"\t:"document"}`))).toEqual({ images: false, pdf: true });
  expect(mediaIn(user('{"type":"file","file":{}}, {"type":"image"}'))).toEqual({ images: true, pdf: true });
});

test('words that name no type are none', () => {
  for (const text of ['{"file":"a"}', '"type":"image"', 'image', '{"image":1}', 'a "document"']) {
    expect(mediaIn(user(`{"type":"text","text":${JSON.stringify(text)}}`))).toEqual({ images: false, pdf: false });
  }
  expect(mediaIn(user('{"type":"text","file":"image","image":"file","document":null}'))).toEqual({
    images: false,
    pdf: false,
  });
  expect(mediaIn('{"file":1,"model":"m","messages":[]}')).toEqual({ images: false, pdf: false });
});
