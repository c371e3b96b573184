import type { Type } from '@nestjs/common';
import type { Channel } from '../application/ports/channel.js';
import { EmailChannel } from './mail/email-channel.js';

/** The adapter of each channel in the registry of the domain. */
export const CHANNEL_ADAPTERS: readonly Type<Channel>[] = [EmailChannel];
