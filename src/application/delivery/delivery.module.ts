import { Module } from '@nestjs/common';
import { AggregatesModule } from '../aggregates/aggregates.module.js';
import { ClockModule } from '../clock/clock.module.js';
import { ReadModelsModule } from '../read-models/read-models.module.js';
import { BegunMails } from './begun-mails.js';
import { Delivery } from './delivery.js';
import { DeliveryWorker } from './delivery-worker.js';
import { FrozenMails } from './frozen-mails.js';
import { SendingHold } from './sending-hold.js';

/** Sends mails through the mail server, unless sending is held. */
@Module({
  imports: [AggregatesModule, ClockModule, ReadModelsModule],
  providers: [BegunMails, FrozenMails, Delivery, DeliveryWorker, SendingHold],
  exports: [BegunMails, DeliveryWorker, SendingHold],
})
export class DeliveryModule {}
