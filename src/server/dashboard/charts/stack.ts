/** Each layer with all that lie below it, the highest first: in the order in which they are painted. */
export function stackLayers(layers: readonly (readonly number[])[]): number[][] {
  const sums: number[][] = [];
  for (const layer of layers) {
    const below = sums.at(-1);
    sums.push(layer.map((value, index) => value + (below?.[index] ?? 0)));
  }
  return sums.reverse();
}
