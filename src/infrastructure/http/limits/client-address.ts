import ipaddr from 'ipaddr.js';

/** The bytes of an IPv6 address that a provider assigns to a customer: whoever has a /64 has all of its addresses (RFC 6177). */
const NETWORK_BYTES = 8;

/** Some proxies name the port of the client as well: `203.0.113.7:50123`, `[2001:db8::3]:50123`. */
const WITH_PORT = /^(?:([\d.]+):\d{1,5}|\[([^\]]+)\](?::\d{1,5})?)$/;

/**
 * Whom an address counts for: an IPv4 address for itself, also one that is mapped into IPv6, and an IPv6 address for its /64.
 * @param given the address, as the connection or a trusted proxy names it; undefined or empty if the connection is gone.
 */
export const clientOf = (given = ''): string => {
  const [, ipv4, ipv6] = WITH_PORT.exec(given) ?? [];
  const ip = ipv4 ?? ipv6 ?? given;
  if (!ipaddr.isValid(ip)) return 'unknown';
  const address = ipaddr.process(ip);
  if (address.kind() === 'ipv4') return address.toString();
  const network = address.toByteArray().map((byte, n) => (n < NETWORK_BYTES ? byte : 0));
  return `${ipaddr.fromByteArray(network).toString()}/64`;
};
