import ipaddr from 'ipaddr.js';

/** The bytes of an IPv6 address that a provider assigns to a customer: whoever has a /64 has all of its addresses (RFC 6177). */
const NETWORK_BYTES = 8;

/**
 * Whom an address counts for: an IPv4 address for itself, also one that is mapped into IPv6, and an IPv6 address for its /64.
 * @param ip the address; undefined or empty if the connection is gone.
 */
export const clientOf = (ip: string | undefined): string => {
  if (!ip || !ipaddr.isValid(ip)) return 'unknown';
  const address = ipaddr.process(ip);
  if (address.kind() === 'ipv4') return address.toString();
  const network = address.toByteArray().map((byte, n) => (n < NETWORK_BYTES ? byte : 0));
  return `${ipaddr.fromByteArray(network).toString()}/64`;
};
