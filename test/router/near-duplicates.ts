/** Shingles of so many words; a pair is near when this share of the two prompts' shingles is common. */
const SHINGLE = 3;
const NEAR = 0.6;
const BANDS = 16;
const ROWS_PER_BAND = 3;
const LOOKED_AT = 20;

/** For each prompt a number that near duplicates share, so that they are never on both sides of a fold. */
export function groupNearDuplicates(prompts: readonly string[]): Int32Array {
  const parent = Int32Array.from(prompts, (_, at) => at);
  const find = (at: number): number => {
    let root = at;
    while (parent[root] !== root) root = parent[root]!;
    parent[at] = root;
    return root;
  };
  const shingles = prompts.map(shinglesOf);
  const buckets = new Map<string, number[]>();
  for (const [at, set] of shingles.entries()) {
    for (const band of bandsOf(set)) {
      const bucket = buckets.get(band) ?? [];
      buckets.set(band, bucket);
      for (const other of bucket.slice(0, LOOKED_AT)) {
        if (find(at) !== find(other) && overlap(set, shingles[other]!) >= NEAR) parent[find(at)] = find(other);
      }
      bucket.push(at);
    }
  }
  return parent.map((_, at) => find(at));
}

function shinglesOf(prompt: string): Set<number> {
  const words = prompt.toLowerCase().match(/\w+/g) ?? [];
  const set = new Set<number>();
  for (let at = 0; at === 0 || at + SHINGLE <= words.length; at++)
    set.add(hash(words.slice(at, at + SHINGLE).join(' ')));
  return set;
}

/** MinHash: prompts that share most of their shingles share most of the least hashes. */
function bandsOf(shingles: ReadonlySet<number>): string[] {
  const least = new Uint32Array(BANDS * ROWS_PER_BAND).fill(0xffffffff);
  for (const shingle of shingles) {
    for (let at = 0; at < least.length; at++) {
      let value = Math.imul(shingle ^ Math.imul(at + 1, 0x9e3779b1), 0x85ebca6b);
      value = (value ^ (value >>> 15)) >>> 0;
      if (value < least[at]!) least[at] = value;
    }
  }
  return Array.from({ length: BANDS }, (_, band) =>
    [band, ...least.subarray(band * ROWS_PER_BAND, (band + 1) * ROWS_PER_BAND)].join(),
  );
}

function overlap(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  let common = 0;
  for (const shingle of a) if (b.has(shingle)) common++;
  return common / (a.size + b.size - common);
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}
