import type { Decider, Fact, Instant } from '../kernel/event.js';
import type { Permission } from './permission.js';
import type { Role } from './role.js';

/** Who asked for what. Never what the answer was. */
export interface Access {
  /** Unique. */
  readonly accessId: string;
  readonly principalId: string;
  readonly principalName: string;
  readonly role: Role;
  readonly permission: Permission;
  /** Method and pattern of the route, such as `GET /v1/people/:id/history`. */
  readonly action: string;
  /** The ids and filters of the request, each cut at a bound. */
  readonly asked: Readonly<Record<string, string>>;
  /** What the principal says that it is for. */
  readonly purpose?: string;
  /** The solutions that it concerns; empty if it concerns all. */
  readonly solutions: readonly string[];
  /** The status of the answer; absent where the access is recorded before it is carried out. */
  readonly status?: number;
}

/** What a change was answered, which was recorded as an access before. */
export interface AccessAnswer extends Pick<Access, 'accessId' | 'solutions'> {
  readonly status: number;
}

export type AccessEvent = Fact<'AccessRecorded', Access> | Fact<'AccessAnswered', AccessAnswer>;

export type AccessCommand =
  | { readonly type: 'RecordAccess'; readonly data: Access; readonly at: Instant }
  | { readonly type: 'RecordAnswer'; readonly data: AccessAnswer; readonly at: Instant };

/** The part of the access log that one instance writes within a day: a list of which nothing is refused. */
export const AccessLogPart: Decider<null, AccessCommand, AccessEvent> = {
  category: 'accessLog',
  initialState: null,
  decide: (command) => [
    command.type === 'RecordAccess'
      ? { type: 'AccessRecorded', data: command.data, occurredAt: command.at }
      : { type: 'AccessAnswered', data: command.data, occurredAt: command.at },
  ],
  evolve: (state) => state,
};
