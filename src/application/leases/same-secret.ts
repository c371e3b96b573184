import { Injectable } from '@nestjs/common';
import { Health, type HealthSource, type PartHealth } from '../health/health.js';
import { Leases } from './leases.js';

/** Reports that another instance has another secret: what one makes is refused by the other, at every second request or so. */
@Injectable()
export class SameSecret implements HealthSource {
  constructor(
    private readonly leases: Leases,
    health: Health,
  ) {
    health.register(this);
  }

  health(): readonly PartHealth[] {
    const part = 'secret';
    const other = this.leases.holderWithOtherSecret;
    if (other === undefined) return [{ part, status: 'ok' }];
    const says = `Another instance, ${other}, has another HERALD_SECRET: unsubscribe links, API keys and console sessions of one are refused by the other. Give all instances the same HERALD_SECRET, or the same content of HERALD_SECRET_FILE, and restart those that had another.`;
    return [{ part, status: 'degraded', says }];
  }
}
