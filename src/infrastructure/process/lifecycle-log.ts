import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { InstanceIdentity } from '../../application/ports/instance-identity.js';
import { version } from '../../version.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { redactUrl } from '../logging/redact-url.js';

/** Logs the start of an instance with its settings, its stop with the reason, and an unexpected end. */
@Injectable()
export class LifecycleLog implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #log = new Logger('Herald');
  readonly #crashed = (error: unknown) =>
    this.#log.error('Herald terminates because of an unexpected error', error);

  constructor(
    private readonly instance: InstanceIdentity,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    const { config } = this;
    process.on('uncaughtExceptionMonitor', this.#crashed);
    this.#log.log('Herald starts', {
      version,
      instance: this.instance.id,
      clock: config.HERALD_CLOCK,
      eventStore: redactUrl(config.HERALD_EVENT_STORE),
      readModels: redactUrl(config.HERALD_READ_MODELS),
      mail: redactUrl(config.HERALD_MAIL),
      node: process.version,
    });
  }

  /** Logs the stop, at its beginning. */
  stops(signal?: string): void {
    this.#log.log('Herald stops', {
      instance: this.instance.id,
      reason: signal ?? 'requested by its process',
    });
  }

  onApplicationShutdown(): void {
    process.off('uncaughtExceptionMonitor', this.#crashed);
  }
}
