/** How the parts of a mail are written in ASCII (RFC 2045, 6). */
export type TransferEncoding = 'quoted-printable' | 'base64';

const LINE = 76;

// Each byte that is not printable ASCII becomes three, and each line ends with "=" and a line break.
const quotedPrintableBytes = (bytes: Buffer): number => {
  let length = bytes.length;
  for (const byte of bytes) if (byte === 0x3d || byte > 0x7e || (byte < 0x20 && byte !== 0x0a)) length += 2;
  return length + Math.ceil(length / (LINE - 3)) * 3;
};

const base64Bytes = (bytes: Buffer): number => {
  const length = Math.ceil(bytes.length / 3) * 4;
  return length + Math.ceil(length / LINE) * 2;
};

/** The shorter of the two encodings for these texts together, and their size in it, in bytes. */
export const shortestEncoding = (
  ...texts: readonly string[]
): { readonly encoding: TransferEncoding; readonly bytes: number } => {
  const parts = texts.map((text) => Buffer.from(text));
  const sumOf = (sizeOf: (bytes: Buffer) => number) => parts.reduce((sum, part) => sum + sizeOf(part), 0);
  const quotedPrintable = sumOf(quotedPrintableBytes);
  const base64 = sumOf(base64Bytes);
  return quotedPrintable <= base64
    ? { encoding: 'quoted-printable', bytes: quotedPrintable }
    : { encoding: 'base64', bytes: base64 };
};
