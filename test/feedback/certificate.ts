import { type KeyObject, sign } from 'node:crypto';

const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
};
const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts);
const SHA256_WITH_RSA = sequence(der(0x06, Buffer.from('2a864886f70d01010b', 'hex')), der(0x05));
const COMMON_NAME = der(0x06, Buffer.from('550403', 'hex'));
const nameOf = (name: string) => sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(name)))));
const timeOf = (instant: string) => der(0x18, Buffer.from(`${instant.replace(/[-:T]|\.\d+/g, '')}`));

const ALTERNATIVE_NAMES = der(0x06, Buffer.from('551d11', 'hex'));
/** The extension that names an IPv4 address. */
const addressOf = (address: string) =>
  der(
    0xa3,
    sequence(
      sequence(
        ALTERNATIVE_NAMES,
        der(0x04, sequence(der(0x87, Buffer.from(address.split('.').map(Number))))),
      ),
    ),
  );

/**
 * A self-signed X.509 certificate of an RSA key pair, as PEM; valid between two moments in ISO 8601.
 * @param address the IPv4 address of a server; without it, it is one of Amazon SNS.
 */
export const certificateOf = (
  { publicKey, privateKey }: { readonly publicKey: KeyObject; readonly privateKey: KeyObject },
  [from, to]: readonly [string, string],
  address?: string,
): string => {
  const name = nameOf(address ?? 'sns.amazonaws.com');
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    ...[SHA256_WITH_RSA, name, sequence(timeOf(from), timeOf(to)), name],
    publicKey.export({ format: 'der', type: 'spki' }),
    ...(address === undefined ? [] : [addressOf(address)]),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', content, privateKey));
  const whole = sequence(content, SHA256_WITH_RSA, signature);
  const lines = whole.toString('base64').replace(/.{64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
};
