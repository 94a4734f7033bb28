import { endianness } from 'node:os';

const AF_UNIX = 1;
/** `sun_path` holds no more. */
const MAX_PATH_BYTES = 108;

/**
 * The `struct sockaddr_un` of a name as `NOTIFY_SOCKET` has it: `/run/systemd/notify`, or `@name` in the abstract
 * namespace. Undefined for what is neither, such as a socket of a virtual machine (`vsock:…`), and for what is too long.
 */
export function socketAddress(name: string): Uint8Array<ArrayBuffer> | undefined {
  const isAbstract = name.startsWith('@');
  if (!isAbstract && !name.startsWith('/')) return undefined;
  const path = Buffer.from(name);
  if (path.length < 2 || path.length > MAX_PATH_BYTES - (isAbstract ? 0 : 1) || path.includes(0)) return undefined;
  if (isAbstract) path[0] = 0;
  // The length is part of an abstract name: one byte more would be another socket.
  const address = new Uint8Array(2 + path.length + (isAbstract ? 0 : 1));
  new DataView(address.buffer).setUint16(0, AF_UNIX, endianness() === 'LE');
  address.set(path, 2);
  return address;
}
