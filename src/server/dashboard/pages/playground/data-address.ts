const DEFAULT_PORT = 8787;

/** Where clients call: this page's host, and the port that is the listener's unless the configuration says otherwise. */
export function dataAddress(): string {
  return `http://${location.hostname}:${DEFAULT_PORT}`;
}
