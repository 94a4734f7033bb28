import { BlockList, isIP } from 'node:net';

/** Whether an address is one of the operator's own proxies. */
export type TrustsProxy = (address: string) => boolean;

/** `proxies`: addresses and CIDR ranges, as they passed the check of the configuration. */
export function trustedProxies(proxies: readonly string[]): TrustsProxy {
  const list = new BlockList();
  for (const proxy of proxies) {
    const [address = '', prefix] = proxy.split('/');
    const family = familyOf(address);
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return (address) => {
    const plain = withoutMapping(address);
    return isIP(plain) !== 0 && list.check(plain, familyOf(plain));
  };
}

/** A listener of both families calls an IPv4 client `::ffff:10.0.0.1`. */
function withoutMapping(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
