import { Module } from '@nestjs/common';
import { Leases, LeaseTimes } from './leases.js';

/** Which instance does what only one may do. */
@Module({ providers: [LeaseTimes, Leases], exports: [Leases] })
export class LeasesModule {}
