/** The name of a channel in code, API, files and logs, e.g. `email`. A log may hold names of another version of Herald. */
export type ChannelName = string;

/** Where somebody is reached. */
export interface Address {
  readonly channel: ChannelName;
  /** What the channel calls the place, e.g. an e-mail address; empty where there is none. */
  readonly value: string;
}

/** The first channel. Ids of its notifications do not name it: they are older than channels. */
export const EMAIL = 'email';
