import { Global, Module } from '@nestjs/common';
import { Health } from './health.js';

/** Where all parts report how they are. Global, because every feature has something to report. */
@Global()
@Module({ providers: [Health], exports: [Health] })
export class HealthModule {}
