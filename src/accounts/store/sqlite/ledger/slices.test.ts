import { expect, test } from 'bun:test';
import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { sliceEntries } from './slices.ts';

function databaseOf(ids: readonly Uint8Array[]): DatabaseSync {
  const db = new DatabaseSync(':memory:');
  db.exec('CREATE TABLE entries (request_id BLOB PRIMARY KEY) STRICT, WITHOUT ROWID');
  const insert = db.prepare('INSERT INTO entries VALUES (?)');
  for (const id of ids) insert.run(id);
  return db;
}

const ZEROS = Buffer.alloc(16);
const ONES = Buffer.alloc(16, 0xff);
const sameMoment = (count: number) =>
  Array.from({ length: count }, () => Buffer.concat([Buffer.alloc(8, 7), randomBytes(8)]));

test.each([
  ['none', []],
  ['one', [randomBytes(16)]],
  ['the least and the greatest', [ZEROS, ONES]],
  ['many of one moment', sameMoment(100)],
  ['many of any', Array.from({ length: 2000 }, () => randomBytes(16))],
] as const)('every entry is in one slice: %s', (_, ids) => {
  const db = databaseOf(ids);
  const inSlice = db.prepare('SELECT request_id AS id FROM entries WHERE request_id >= ? AND request_id < ?');
  const slices = sliceEntries(db, 7);
  const seen = slices.flatMap(({ from, before }) =>
    inSlice.all(from, before).map(({ id }) => Buffer.from(id as Uint8Array).toString('hex')),
  );
  expect(seen).toEqual(ids.map((id) => Buffer.from(id).toString('hex')).toSorted());
  expect(slices).toHaveLength(ids.length === 0 ? 0 : 7);
});

test('entries that came evenly are in slices that are about equal', () => {
  const ids = Array.from({ length: 1000 }, (_, at) => {
    const id = Buffer.alloc(16);
    id.writeUIntBE(1_700_000_000_000 + at * 1000, 0, 6);
    return id;
  });
  const db = databaseOf(ids);
  const count = db.prepare('SELECT count(*) AS n FROM entries WHERE request_id >= ? AND request_id < ?');
  for (const { from, before } of sliceEntries(db, 10)) {
    expect(Number(count.get(from, before)?.['n'])).toBeWithin(99, 102);
  }
});
