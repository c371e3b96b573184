import { Module } from '@nestjs/common';
import { AddressesModule } from '../addresses/addresses.module.js';
import { AggregatesModule } from '../aggregates/aggregates.module.js';
import { ClockModule } from '../clock/clock.module.js';
import { DecisionsModule } from '../decisions/decisions.module.js';
import { ReadModelsModule } from '../read-models/read-models.module.js';
import { TenancyModule } from '../tenancy/tenancy.module.js';
import { BegunMails } from './begun-mails.js';
import { Delivery } from './delivery.js';
import { DeliveryWorkers } from './delivery-workers.js';
import { FrozenMails } from './frozen-mails.js';
import { GetSendingStatusHandler } from './get-sending-status.js';
import { HoldSendingHandler } from './hold-sending.js';
import { KeepBegunMailsHandler } from './keep-begun-mails.js';
import { LostSenders } from './lost-senders.js';
import { ManualHold } from './manual-hold.js';
import { ReleaseSendingHandler } from './release-sending.js';
import { ResolveOutcomeHandler } from './resolve-outcome.js';
import { SafetyRecords } from './safety-records.js';
import { SendingHold } from './sending-hold.js';

/** Sends mails through the mail server, unless sending is held. */
@Module({
  imports: [AddressesModule, AggregatesModule, ClockModule, DecisionsModule, ReadModelsModule, TenancyModule],
  providers: [
    BegunMails,
    FrozenMails,
    LostSenders,
    Delivery,
    DeliveryWorkers,
    ManualHold,
    SafetyRecords,
    SendingHold,
    HoldSendingHandler,
    ReleaseSendingHandler,
    KeepBegunMailsHandler,
    GetSendingStatusHandler,
    ResolveOutcomeHandler,
  ],
  exports: [BegunMails, DeliveryWorkers, SendingHold],
})
export class DeliveryModule {}
