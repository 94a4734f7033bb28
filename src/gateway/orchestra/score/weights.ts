import { Buffer } from 'node:buffer';
import type { Vocabulary } from './vocabulary.ts';

/** One linear function of a prompt. */
export interface Head {
  readonly name: string;
  /** Whether a prompt's terms count as a vector of length 1 (what is it about?) or as they are (how much is it?). */
  readonly unit: boolean;
  readonly bias: number;
  /** What a step of the table's numbers is worth. */
  readonly scale: number;
  /** A weight for each value of the prompt's shape. */
  readonly shape: readonly number[];
}

/**
 * What was learnt. `table` is base64: a byte of the vocabulary for each slot, then for each slot a signed byte for each
 * head, in the order `gains`, `kinds`, `qualities`.
 */
export interface WeightsFile {
  readonly slots: number;
  /** Of the shape's values, over the prompts learnt from. */
  readonly shape: { readonly mean: readonly number[]; readonly deviation: readonly number[] };
  /** How much more often a strong model is right than a weak one: on questions of knowledge, on word problems. */
  readonly gains: readonly Head[];
  /** How likely a prompt is a question of knowledge, and how likely a word problem. */
  readonly kinds: readonly Head[];
  /** How often a model is right, by the model's name. */
  readonly qualities: readonly Head[];
  /** Whose qualities' difference is the gain on prompts that are neither. */
  readonly strong: readonly string[];
  readonly weak: readonly string[];
  /** Gains that equal shares of prompts lie between, rising. */
  readonly calibration: readonly number[];
  readonly table: string;
}

export interface Weights extends WeightsFile {
  readonly vocabulary: Vocabulary;
  readonly heads: readonly Head[];
  /** By slot, then by head. */
  readonly bytes: Int8Array;
}

/** Throws a RangeError when the table's size is not what the rest asks for. */
export function decodeWeights(file: WeightsFile): Weights {
  const heads = [...file.gains, ...file.kinds, ...file.qualities];
  const table = Buffer.from(file.table, 'base64');
  if (table.length !== file.slots * (1 + heads.length)) throw new RangeError('the table of weights has another size');
  const vocabulary = new Uint8Array(table.buffer, table.byteOffset, file.slots);
  const bytes = new Int8Array(table.buffer, table.byteOffset + file.slots, file.slots * heads.length);
  return { ...file, vocabulary, heads, bytes };
}
