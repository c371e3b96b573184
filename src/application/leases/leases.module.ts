import { Module } from '@nestjs/common';
import { Leases, LeaseTimes } from './leases.js';
import { SameSecret } from './same-secret.js';

/** Decides which instance does the work that only one may do. */
@Module({ providers: [LeaseTimes, Leases, SameSecret], exports: [Leases] })
export class LeasesModule {}
