import type { ChannelName } from '../../domain/channels/address.js';
import { CHANNELS } from '../../domain/channels/registry.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import type { Channel } from '../ports/channel.js';

/** The adapters of the registered channels. */
export class Channels {
  readonly #byName: ReadonlyMap<ChannelName, Channel>;

  /** @throws HeraldError `channel-unknown` when a registered channel has no adapter. */
  constructor(adapters: readonly Channel[]) {
    this.#byName = new Map(adapters.map((channel) => [channel.name, channel]));
    for (const { name } of CHANNELS) this.named(name);
  }

  get all(): readonly Channel[] {
    return [...this.#byName.values()];
  }

  has(name: ChannelName): boolean {
    return this.#byName.has(name);
  }

  /** @throws HeraldError `channel-unknown`. */
  named(name: ChannelName): Channel {
    const channel = this.#byName.get(name);
    if (channel) return channel;
    throw new HeraldError(
      'channel-unknown',
      `This version of Herald has no adapter for the channel ${name}: start a version that has one.`,
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((channel) => channel.close()));
  }
}
