import type { Kept } from './server-log.js';

const VARINT = 0;
const LENGTH = 2;

const varintLength = (value: bigint): number => {
  let length = 1;
  for (let rest = value >> 7n; rest > 0n; rest >>= 7n) length += 1;
  return length;
};

const sizeLength = (size: number): number => (size < 128 ? 1 : size < 16_384 ? 2 : size < 2_097_152 ? 3 : 4);

/** Writes a message of protobuf into a buffer of the right size. */
class Writer {
  at = 0;

  constructor(readonly into: Buffer) {}

  size(size: number): this {
    let rest = size;
    for (; rest > 127; rest >>>= 7) this.into[this.at++] = (rest & 127) | 128;
    this.into[this.at++] = rest;
    return this;
  }

  open(field: number, size: number): this {
    this.into[this.at++] = (field << 3) | LENGTH;
    return this.size(size);
  }

  number(field: number, value: bigint): this {
    this.into[this.at++] = (field << 3) | VARINT;
    let rest = value;
    for (; rest > 127n; rest >>= 7n) this.into[this.at++] = Number(rest & 127n) | 128;
    this.into[this.at++] = Number(rest);
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.open(field, value.length).into.set(value, this.at);
    this.at += value.length;
    return this;
  }

  text(field: number, value: string): this {
    const size = Buffer.byteLength(value);
    this.open(field, size);
    this.into.write(value, this.at);
    this.at += size;
    return this;
  }
}

const CREATED = '638700000000000000';

const fieldLength = (size: number): number => 1 + sizeLength(size) + size;
const numberLength = (value: bigint): number => 1 + varintLength(value);
const entryLength = (key: string, value: string): number =>
  fieldLength(key.length) + fieldLength(Buffer.byteLength(value));

/**
 * An event as `ReadResp` of the protocol, within a frame of gRPC. The stubs of the client encode the same ten times slower, and
 * double.spec.ts shows that they read it.
 */
export function frameOf(event: Kept): Buffer {
  event.frame ??= encoded(event);
  return event.frame;
}

function encoded({ id, stream, revision, position, type, contentType, data, metadata }: Kept): Buffer {
  const idLength = fieldLength(id.length);
  const streamLength = fieldLength(Buffer.byteLength(stream));
  const entries = [
    ['type', type],
    ['content-type', contentType],
    ['created', CREATED],
  ] as const;
  const at = numberLength(position);
  const recorded =
    fieldLength(idLength) +
    fieldLength(streamLength) +
    numberLength(BigInt(revision)) +
    2 * at +
    entries.reduce((sum, [key, value]) => sum + fieldLength(entryLength(key, value)), 0) +
    fieldLength(metadata.length) +
    fieldLength(data.length);
  const read = fieldLength(recorded) + at;
  const whole = fieldLength(read);
  const writer = new Writer(Buffer.allocUnsafe(5 + whole));
  writer.into[0] = 0;
  writer.into.writeUInt32BE(whole, 1);
  writer.at = 5;
  writer.open(1, read).open(1, recorded);
  writer.open(1, idLength).text(2, id);
  writer.open(2, streamLength).text(3, stream);
  writer.number(3, BigInt(revision)).number(4, position).number(5, position);
  for (const [key, value] of entries) writer.open(6, entryLength(key, value)).text(1, key).text(2, value);
  writer.bytes(7, metadata).bytes(8, data);
  writer.number(3, position);
  return writer.into;
}

/** Frames of gRPC that are written at once, in place of one message. */
export class Frames {
  readonly #frames: Buffer[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(frame: Buffer): void {
    this.#frames.push(frame);
    this.#length += frame.length;
  }

  /** What grpc-js takes for the bytes of one message: it copies them behind a header, which they overwrite with their own. */
  asMessage(): Buffer {
    const copy = (into: Buffer): void => {
      let at = 0;
      for (const frame of this.#frames) {
        into.set(frame, at);
        at += frame.length;
      }
    };
    return { byteLength: this.#length - 5, copy } as unknown as Buffer;
  }
}
