/** Where a shell calls: what the gateway says of itself, by this page's host where it listens at all of its addresses. */
export function clientsAddress(url: string | undefined, pageHost: string): string {
  if (url === undefined) return 'http://127.0.0.1:8787';
  // curl has a flag of its own for a socket.
  if (url.startsWith('unix:')) return `--unix-socket ${url.slice(5)} http://localhost`;
  return url.replace(/^(https?:\/\/)(?:0\.0\.0\.0|\[::\])(?=[:/]|$)/, (_, scheme: string) => scheme + pageHost);
}
