/** The senders of web hooks that an operator expects. */
export abstract class WebhookSenders {
  /** Their names, in lower case. */
  abstract readonly origins: readonly string[];
}
