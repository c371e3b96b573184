import { Global, Module } from '@nestjs/common';
import { Health } from './health.js';

/** The registry of health reports. Global, because every feature reports something. */
@Global()
@Module({ providers: [Health], exports: [Health] })
export class HealthModule {}
