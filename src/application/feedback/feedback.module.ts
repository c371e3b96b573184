import { Module } from '@nestjs/common';
import { AddressesModule } from '../addresses/addresses.module.js';
import { AggregatesModule } from '../aggregates/aggregates.module.js';
import { MailboxWatch } from './mailbox-watch.js';
import { ReceiveFeedbackHandler } from './receive-feedback.js';
import { RecordFeedbackHandler } from './record-feedback.js';

/** Takes what providers, mail servers and recipients report about mails that were sent. */
@Module({
  imports: [AddressesModule, AggregatesModule],
  providers: [ReceiveFeedbackHandler, RecordFeedbackHandler, MailboxWatch],
})
export class FeedbackModule {}
