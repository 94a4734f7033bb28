import { argon2id } from 'hash-wasm';
import { type Argon2Cost, HASH_BYTES } from './argon2-cost.ts';

/** Takes the thread it is called in for as long as it lasts. */
export function argon2idByWasm(
  password: Uint8Array,
  salt: Uint8Array,
  { memoryKib, passes }: Argon2Cost,
): Promise<Uint8Array> {
  return argon2id({
    password,
    salt,
    parallelism: 1,
    iterations: passes,
    memorySize: memoryKib,
    hashLength: HASH_BYTES,
    outputType: 'binary',
  });
}
