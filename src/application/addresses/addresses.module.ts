import { Module } from '@nestjs/common';
import { AggregatesModule } from '../aggregates/aggregates.module.js';
import { UndeliverableAddresses } from './undeliverable-addresses.js';

/** What is known against writing to people's addresses. */
@Module({
  imports: [AggregatesModule],
  providers: [UndeliverableAddresses],
  exports: [UndeliverableAddresses],
})
export class AddressesModule {}
