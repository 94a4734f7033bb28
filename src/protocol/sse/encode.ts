const encoder = new TextEncoder();

/** `data: …` + blank line. `json` must be one line, as `JSON.stringify` writes it. */
export function dataFrame(json: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(`data: ${json}\n\n`);
}

/** `event: …`, `data: …` + blank line. */
export function eventFrame(event: string, json: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(`event: ${event}\ndata: ${json}\n\n`);
}
