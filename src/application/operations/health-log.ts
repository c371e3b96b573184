import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Health } from '../health/health.js';
import { healthReport } from './health-report.js';

/** How often the health is compared with the last report, in milliseconds. */
const LOOK_EVERY_MS = 1_000;

/** Logs every change of the health of a part. */
@Injectable()
export class HealthLog {
  readonly #log = new Logger(HealthLog.name);
  readonly #last = new Map<string, string>();

  constructor(private readonly health: Health) {}

  @Interval(LOOK_EVERY_MS)
  look(): void {
    for (const { part, status, says } of healthReport(this.health).parts) {
      if (status === (this.#last.get(part) ?? 'ok')) continue;
      this.#last.set(part, status);
      if (status === 'ok') this.#log.log(`Health of ${part}: ok again`, { part, status });
      else this.#log.warn(`Health of ${part}: ${status}. ${says ?? ''}`, { part, status });
    }
  }
}
