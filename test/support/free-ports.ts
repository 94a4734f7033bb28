/**
 * Ports for programs that are started with a number: nobody else takes them between the look and the start. They are
 * below those that the system gives to whoever asks for any, and each is held among test processes, until this one
 * ends, by its UDP namesake.
 */
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const LOWEST = 10_240;
const END = Math.max(LOWEST + 1000, systemsOwnFrom());
/** Processes begin at different places; one of them uses no port twice. */
let next = randomInt(LOWEST, END);

/** `count` ports nobody listens on. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) ports.push(...(await freePortsInARow(1)));
  return ports;
}

/** The same, each one more than the one before it. */
export async function freePortsInARow(count: number): Promise<number[]> {
  for (let looked = 0; looked < END - LOWEST; looked++) {
    if (next + count > END) next = LOWEST;
    const ports = Array.from({ length: count }, (_, at) => next + at);
    next += count;
    if ((await Promise.all(ports.map(take))).every(Boolean)) return ports;
  }
  throw new Error(`no ${count} free ports in a row from ${LOWEST} to ${END}`);
}

async function take(port: number): Promise<boolean> {
  return (await hold(port)) && (await nobodyListens(port));
}

function hold(port: number): Promise<boolean> {
  const socket = createSocket('udp4').unref();
  return new Promise((resolve) => {
    socket.once('error', () => resolve(false));
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => resolve(true));
  });
}

/** At any address of this machine. */
function nobodyListens(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}

/** Where the ports begin that are given to outgoing connections and to who listens at port 0. */
function systemsOwnFrom(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/)[0]);
  } catch {
    return 32_768;
  }
}
