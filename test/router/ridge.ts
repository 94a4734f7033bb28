/** Rows of numbers most of which are 0. */
export interface SparseRows {
  readonly columns: number;
  /** Where each row starts, and where the last one ends. */
  readonly starts: Int32Array;
  readonly column: Int32Array;
  readonly value: Float64Array;
}

export interface Linear {
  readonly bias: number;
  readonly weights: Float64Array;
}

/**
 * Ridge regression of each target on the rows, with a bias that is not held down: conjugate gradients on the normal
 * equations of the centred rows, which are never written out. Plain arithmetic in a fixed order: the same result each
 * time.
 */
export function ridge(rows: SparseRows, targets: readonly Float64Array[], lambda: number, steps = 60): Linear[] {
  const mean = columnMeans(rows);
  return targets.map((target) => solve(rows, mean, target, lambda, steps));
}

function solve(rows: SparseRows, mean: Float64Array, target: Float64Array, lambda: number, steps: number): Linear {
  const count = target.length;
  const targetMean = target.reduce((sum, value) => sum + value, 0) / Math.max(1, count);
  const weights = new Float64Array(rows.columns);
  const residual = transposed(
    rows,
    mean,
    target.map((value) => value - targetMean),
  );
  const direction = residual.slice();
  const image = new Float64Array(count);
  let squares = dot(residual, residual);
  const enough = squares * 1e-10;
  for (let step = 0; step < steps && squares > enough; step++) {
    multiply(rows, mean, direction, image);
    const applied = transposed(rows, mean, image);
    for (let at = 0; at < applied.length; at++) applied[at] = applied[at]! + lambda * direction[at]!;
    const length = squares / dot(direction, applied);
    for (let at = 0; at < weights.length; at++) {
      weights[at] = weights[at]! + length * direction[at]!;
      residual[at] = residual[at]! - length * applied[at]!;
    }
    const next = dot(residual, residual);
    const keep = next / squares;
    for (let at = 0; at < weights.length; at++) direction[at] = residual[at]! + keep * direction[at]!;
    squares = next;
  }
  return { bias: targetMean - dot(mean, weights), weights };
}

function columnMeans(rows: SparseRows): Float64Array {
  const mean = new Float64Array(rows.columns);
  for (let at = 0; at < rows.column.length; at++) mean[rows.column[at]!] = mean[rows.column[at]!]! + rows.value[at]!;
  return mean.map((sum) => sum / (rows.starts.length - 1));
}

function multiply(rows: SparseRows, mean: Float64Array, by: Float64Array, into: Float64Array): void {
  const shift = dot(mean, by);
  for (let row = 0; row < into.length; row++) {
    let sum = -shift;
    for (let at = rows.starts[row]!, end = rows.starts[row + 1]!; at < end; at++) {
      sum += rows.value[at]! * by[rows.column[at]!]!;
    }
    into[row] = sum;
  }
}

function transposed(rows: SparseRows, mean: Float64Array, by: Float64Array): Float64Array {
  const into = new Float64Array(rows.columns);
  let total = 0;
  for (let row = 0; row < by.length; row++) {
    const factor = by[row]!;
    total += factor;
    for (let at = rows.starts[row]!, end = rows.starts[row + 1]!; at < end; at++) {
      const column = rows.column[at]!;
      into[column] = into[column]! + factor * rows.value[at]!;
    }
  }
  for (let column = 0; column < into.length; column++) into[column] = into[column]! - total * mean[column]!;
  return into;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!;
  return sum;
}
