import { createReader, createScorer } from '../../src/gateway/orchestra/score/scorer.ts';
import { crossShape, SHAPE_SIZE, SHAPE_WITH_PRODUCTS } from '../../src/gateway/orchestra/score/shape.ts';
import { decodeWeights, type Head, type WeightsFile } from '../../src/gateway/orchestra/score/weights.ts';
import { chooseVocabulary } from './choose-vocabulary.ts';
import { SETS, type Row } from './data.ts';
import { tasksFor, type Task } from './heads.ts';
import { columnScale, rarity, SHAPE_LENGTH, SHAPE_SCALE, toMatrix, type Sample } from './matrix.ts';
import { ridge, type Linear } from './ridge.ts';
import { countTerms } from './term-counts.ts';

/** With 13 functions, 14 bytes each: 285 kB of base64. */
export const SLOTS = 15_000;
const KNOTS = 64;
/** Models of the nine whose difference is the gain on general prompts: the two best, and the small ones of use. */
const STRONG = ['llama-3.1-nemotron-51b-instruct', 'llama-3.3-nemotron-super-49b-v1'];
const WEAK = ['mistral-7b-instruct-v0.3', 'gemma-2-9b-it', 'qwen2.5-7b-instruct', 'llama-3.1-8b-instruct'];

/** Learns the weights from rows; the same rows in the same order give the same bytes. */
export function learn(rows: readonly Row[]): WeightsFile {
  const tasks = tasksFor(rows);
  const counted = rows.map(({ prompt }) => countTerms(prompt));
  const shape = standardise(counted.map((counts) => counts.shape));
  const shapes = counted.map((counts) => crossed(counts.shape, shape));
  const vocabulary = chooseVocabulary(SLOTS, rows, counted, shapes, tasks);
  const read = createReader({ vocabulary, shape });
  const samples = rows.map(({ prompt }): Sample => {
    const { slots, used, weight, norm, shape: standard } = read(prompt);
    const columns = slots.slice(0, used);
    return { columns, weights: Float64Array.from(columns, (slot) => weight[slot]!), norm, shape: standard.slice() };
  });
  const idf = rarity(samples, SLOTS);

  const heads: Head[] = [];
  const table = new Int8Array(SLOTS * (1 + tasks.length));
  table.set(vocabulary);
  for (const [index, task] of tasks.entries()) {
    const scale = columnScale(task, idf);
    const line = fit(task, rows, samples, scale);
    const plain = scale.map((value, at) => value * line.weights[at]!);
    const step = stepOf(plain);
    heads.push(toHead(task, line, step));
    for (let slot = 0; slot < SLOTS; slot++) {
      table[SLOTS + slot * tasks.length + index] = clampByte(plain[slot]! / step);
    }
  }
  const of = (part: Task['part']): Head[] => heads.filter((_, at) => tasks[at]!.part === part);
  const file: WeightsFile = {
    slots: SLOTS,
    shape,
    gains: of('gains'),
    kinds: of('kinds'),
    qualities: of('qualities'),
    strong: STRONG,
    weak: WEAK,
    calibration: [0, 1],
    table: Buffer.from(table.buffer).toString('base64'),
  };
  return { ...file, calibration: calibrate(file, rows) };
}

function fit(task: Task, rows: readonly Row[], samples: readonly Sample[], scale: Float64Array): Linear {
  const chosen = rows.flatMap((row, at) => (task.sets.includes(row.set) ? [at] : []));
  const matrix = toMatrix(
    chosen.map((at) => samples[at]!),
    task,
    scale,
  );
  return ridge(matrix, [Float64Array.from(chosen, (at) => task.target(rows[at]!))], task.lambda)[0]!;
}

/** Significant digits enough for what a byte of the table resolves. */
const round = (value: number): number => Number(value.toPrecision(6));

function toHead({ name, unit, shape: used }: Task, line: Linear, step: number): Head {
  const shape = Array.from({ length: SHAPE_LENGTH[used] }, (_, at) => round(line.weights[SLOTS + at]! * SHAPE_SCALE));
  return { name, unit, bias: round(line.bias), scale: step, shape };
}

/** The largest of the weights becomes 127, but one in 500 may be cut. */
function stepOf(weights: Float64Array): number {
  const sizes = weights.map(Math.abs).sort();
  return round(Math.max(sizes[Math.floor(sizes.length * 0.998)]!, 1e-9) / 127);
}

const clampByte = (value: number): number => Math.min(Math.max(Math.round(value), -127), 127);

function standardise(shapes: readonly Float64Array[]): WeightsFile['shape'] {
  const mean: number[] = [];
  const deviation: number[] = [];
  for (let at = 0; at < SHAPE_SIZE; at++) {
    const average = shapes.reduce((sum, shape) => sum + shape[at]!, 0) / shapes.length;
    const variance = shapes.reduce((sum, shape) => sum + (shape[at]! - average) ** 2, 0) / shapes.length;
    mean.push(round(average));
    deviation.push(round(Math.max(Math.sqrt(variance), 1e-4)));
  }
  return { mean, deviation };
}

/** Each set counts the same. */
function calibrate(file: WeightsFile, rows: readonly Row[]): number[] {
  const score = createScorer(decodeWeights(file));
  const weighted = rows.map(({ set, prompt }) => ({ gain: score(prompt).rawGain, weight: 1 / sizeOf(rows, set) }));
  weighted.sort((a, b) => a.gain - b.gain);
  const knots: number[] = [];
  let passed = 0;
  for (const { gain, weight } of weighted) {
    passed += weight / SETS.length;
    while (knots.length < KNOTS && passed >= (knots.length + 0.5) / KNOTS) {
      knots.push(Math.max(round(gain), (knots.at(-1) ?? -Infinity) + 1e-6));
    }
  }
  return knots;
}

const sizes = new WeakMap<readonly Row[], Map<string, number>>();
function sizeOf(rows: readonly Row[], set: string): number {
  let known = sizes.get(rows);
  if (known === undefined) {
    known = new Map(SETS.map((name) => [name, rows.filter((row) => row.set === name).length]));
    sizes.set(rows, known);
  }
  return known.get(set)!;
}

/** As the program makes it of the counts. */
function crossed(raw: Float64Array, { mean, deviation }: WeightsFile['shape']): Float64Array {
  const shape = new Float64Array(SHAPE_WITH_PRODUCTS);
  for (let at = 0; at < SHAPE_SIZE; at++) shape[at] = (raw[at]! - mean[at]!) / deviation[at]!;
  crossShape(shape);
  return shape;
}
