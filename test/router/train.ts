/** Learns the weights of the score and writes them where the program loads them from. The same bytes each time. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRows, ROOT } from './data.ts';
import { learn } from './learn.ts';

const path = join(ROOT, 'src/gateway/orchestra/score/weights.json');
writeFileSync(path, JSON.stringify(learn(readRows())));
Bun.spawnSync([process.execPath, 'fmt', path]);
console.log(`src/gateway/orchestra/score/weights.json: ${(readFileSync(path).length / 1000).toFixed(0)} kB`);
