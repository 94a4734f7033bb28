export interface Argon2Cost {
  readonly memoryKib: number;
  readonly passes: number;
}

export const HASH_BYTES = 32;
