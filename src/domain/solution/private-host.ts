/**
 * Names that lead nowhere, or to a machine that the recipient did not mean: the names of this machine (RFC 6761), of the network around it
 * (RFC 6762 with its appendix G, RFC 8375), and names without a dot.
 */
const PRIVATE_NAME =
  /^[^.]+$|\.(?:localhost|localdomain|local|internal|intranet|private|corp|home|lan|home\.arpa)$/;

/** URL parsers write every form of an IPv4 address with four decimal numbers, and an IPv6 address in brackets. */
const ADDRESS = /^(?:\d+\.){3}\d+$|^\[/;

/** Whether the host of a parsed URL is an IP address, or a name that is known in one network only. */
export const isPrivateHost = (hostname: string): boolean => {
  const name = hostname.toLowerCase().replace(/\.$/, '');
  return ADDRESS.test(name) || PRIVATE_NAME.test(name);
};
