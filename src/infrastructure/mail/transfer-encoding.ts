/** How the parts of a mail are written in ASCII (RFC 2045, 6). */
export type TransferEncoding = 'quoted-printable' | 'base64';

const LINE = 76;
/** In quoted-printable, a byte becomes three at most, and each line has an end. */
const MAX_GROWTH = 3.2;

// Each byte that is not printable ASCII becomes three, and each line ends with "=" and a line break.
const quotedPrintableBytes = (text: string): number => {
  const bytes = Buffer.from(text);
  let length = bytes.length;
  for (let n = 0; n < bytes.length; n += 1) {
    const byte = bytes[n] as number;
    if (byte === 0x3d || byte > 0x7e || (byte < 0x20 && byte !== 0x0a)) length += 2;
  }
  return length + Math.ceil(length / (LINE - 3)) * 3;
};

const base64Bytes = (text: string): number => {
  const length = Math.ceil(Buffer.byteLength(text) / 3) * 4;
  return length + Math.ceil(length / LINE) * 2;
};

const sum = (texts: readonly string[], sizeOf: (text: string) => number): number =>
  texts.reduce((total, text) => total + sizeOf(text), 0);

/** Whether these texts together have at most so many bytes in the shorter of the two encodings. */
export const fitsInto = (max: number, ...texts: readonly string[]): boolean =>
  // Base64 is a matter of the length alone, and most mails are small.
  sum(texts, base64Bytes) <= max || sum(texts, quotedPrintableBytes) <= max;

/**
 * The shorter of the two encodings for these texts together; undefined if they have at most so many bytes in either.
 * Quoted-printable is readable in a mail's source, and base64 is shorter for most scripts but Latin.
 */
export const shorterEncoding = (max: number, ...texts: readonly string[]): TransferEncoding | undefined => {
  if (sum(texts, (text) => Buffer.byteLength(text)) * MAX_GROWTH <= max) return undefined;
  return sum(texts, quotedPrintableBytes) <= sum(texts, base64Bytes) ? 'quoted-printable' : 'base64';
};
