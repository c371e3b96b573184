import { Module } from '@nestjs/common';
import { ClockGuard } from './clock-guard.js';

/** Decides whether the clock is believed. */
@Module({ providers: [ClockGuard], exports: [ClockGuard] })
export class ClockModule {}
