/** `prefix` and 24 random hexadecimal digits: unique over all answers, as clients key their histories by it. */
export function randomId(prefix: string): string {
  return prefix + crypto.randomUUID().replaceAll('-', '').slice(0, 24);
}
