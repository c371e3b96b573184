import { createHash } from 'node:crypto';
import {
  Channel,
  type MayStart,
  type Message,
  type MessageModel,
  type RenderedContent,
  type SendResult,
} from '../../src/application/ports/channel.js';
import type { ChannelDefinition } from '../../src/domain/channels/registry.js';

/** A chat that knows people by their name; it reaches Ada and nobody else. */
export const chat: ChannelDefinition = {
  name: 'chat',
  addressOf: (user) => (user?.fields.name?.value === 'ada' ? '@ada' : undefined),
};

/** What the chat server has got. */
export const said: Message[] = [];

/** What the chat server answers. */
export const chatServer: { answer: (message: Message) => Promise<SendResult> } = {
  answer: async ({ notificationId }) => ({ outcome: 'accepted', reply: 'posted', messageId: notificationId }),
};

/** The adapter of the chat: one line of text. */
export class ChatChannel extends Channel {
  override readonly name = 'chat';
  override readonly concurrency = 1;

  override render({ rule, locale, recipient, account }: MessageModel): RenderedContent {
    const text = `${recipient.name}: ${rule} (${account?.displayName ?? 'no account'})`;
    return {
      parts: { text },
      locale: { requested: locale, used: 'en' },
      template: `${rule}@1`,
      contentHash: createHash('sha256').update(text).digest('hex'),
    };
  }

  override async send(message: Message, mayStart: MayStart): Promise<SendResult> {
    if (!(await mayStart())) return { outcome: 'not-tried', about: 'shutdown', reason: 'dropped' };
    said.push(message);
    return chatServer.answer(message);
  }

  override async close(): Promise<void> {}
}
