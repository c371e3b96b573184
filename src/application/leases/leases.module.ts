import { Module } from '@nestjs/common';
import { Leases, LeaseTimes } from './leases.js';

/** Decides which instance does the work that only one may do. */
@Module({ providers: [LeaseTimes, Leases], exports: [Leases] })
export class LeasesModule {}
