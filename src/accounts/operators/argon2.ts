import crypto from 'node:crypto';
import { type Argon2Cost, HASH_BYTES } from './argon2-cost.ts';

/** Of the runtimes Bun has it, in a thread of its own; Deno has not. */
type Native = (
  algorithm: 'argon2id',
  parameters: {
    readonly message: Uint8Array;
    readonly nonce: Uint8Array;
    readonly parallelism: number;
    readonly tagLength: number;
    readonly memory: number;
    readonly passes: number;
  },
  done: (error: Error | null, tag: Uint8Array) => void,
) => void;

const native = (crypto as { readonly argon2?: Native }).argon2;

/** Argon2id in one lane. By the runtime where that can, so that no request waits for it; else by WebAssembly. */
export async function argon2id(password: Uint8Array, salt: Uint8Array, cost: Argon2Cost): Promise<Uint8Array> {
  if (native !== undefined) return argon2idByRuntime(native, password, salt, cost);
  const { argon2idByWasm } = await import('./argon2-wasm.ts');
  return argon2idByWasm(password, salt, cost);
}

function argon2idByRuntime(
  derive: Native,
  message: Uint8Array,
  nonce: Uint8Array,
  { memoryKib: memory, passes }: Argon2Cost,
): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const parameters = { message, nonce, parallelism: 1, tagLength: HASH_BYTES, memory, passes };
  derive('argon2id', parameters, (error, tag) => (error === null ? resolve(new Uint8Array(tag)) : reject(error)));
  return promise;
}
