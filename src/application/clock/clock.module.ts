import { Module } from '@nestjs/common';
import { ClockGuard } from './clock-guard.js';
import { ClockRecords } from './clock-records.js';
import { ConfirmClockHandler } from './confirm-clock.js';
import { GetClockStatusHandler } from './get-clock-status.js';

/** Decides whether the clock is believed. */
@Module({
  providers: [ClockRecords, ClockGuard, ConfirmClockHandler, GetClockStatusHandler],
  exports: [ClockGuard],
})
export class ClockModule {}
