import { MAX_REMEMBERED_COMMANDS } from '../../domain/bounds.js';

/** A command, and the digest of its CloudEvent if there was one. */
type Remembered = readonly [commandId: string, digest?: string | undefined];

type Chunk = ReadonlyMap<string, string | undefined>;

/** An addition copies one chunk; a look-up visits each. At this size both take about a microsecond. */
const CHUNK = 20;

/**
 * The commands that caused the last events of a stream, oldest first; at most MAX_REMEMBERED_COMMANDS. Immutable: an addition costs
 * the same however many are remembered, because both share most chunks.
 */
export class RememberedCommands {
  static readonly NONE = new RememberedCommands([]);

  private constructor(private readonly chunks: readonly Chunk[]) {}

  get size(): number {
    return sizeOf(this.chunks);
  }

  has(commandId: string): boolean {
    return this.chunks.some((chunk) => chunk.has(commandId));
  }

  /** The digest of the CloudEvent that caused a command; undefined if there was none, or the command is not remembered. */
  digestOf(commandId: string): string | undefined {
    return this.chunks.find((chunk) => chunk.has(commandId))?.get(commandId);
  }

  *[Symbol.iterator](): Generator<Remembered> {
    for (const chunk of this.chunks) yield* chunk;
  }

  /** These and one more. A command that is remembered already keeps its place. */
  and(commandId: string, digest: string | undefined): RememberedCommands {
    if (this.has(commandId)) return this;
    const last = this.chunks.at(-1);
    const hasRoom = last !== undefined && last.size < CHUNK;
    const before = hasRoom ? this.chunks.slice(0, -1) : this.chunks;
    const open = new Map(hasRoom ? last : []).set(commandId, digest);
    return new RememberedCommands(bounded([...before, open]));
  }
}

/** The chunks without the oldest command if there is one too many. */
const bounded = (chunks: readonly Chunk[]): readonly Chunk[] => {
  if (sizeOf(chunks) <= MAX_REMEMBERED_COMMANDS) return chunks;
  const [oldest = new Map(), ...others] = chunks;
  return oldest.size === 1 ? others : [new Map([...oldest].slice(1)), ...others];
};

const sizeOf = (chunks: readonly Chunk[]): number => chunks.reduce((sum, { size }) => sum + size, 0);
